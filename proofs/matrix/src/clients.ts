import { join } from 'node:path';
import { nodeArgs } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { examplePython, examplePythonPath, installPython } from '@example/kit/toolchains';
import { goProgram, grpcurlProgram } from './build-once.ts';
import { nodeEnv, type ServerKind } from './servers.ts';

const drivers = join(root, 'proofs/matrix/drivers');

/** How to start a driver: its program with arguments, and its environment without the addresses. */
export interface DriverCommand {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** A client of all services, or of a part of them. */
export interface ClientKind {
  readonly name: string;
  /** The protocol of a client that does not use gRPC. Some servers support only gRPC. */
  readonly webProtocol?: 'gRPC-Web' | 'Connect';
  /**
   * Whether the client is a command-line program. Such a client requests the protos from the server before each call,
   * and reads all of its input before it ends. Therefore cases with rate limits, open streams or ended servers do not
   * apply to it. Default: false.
   */
  readonly isCommandLine?: boolean;
  /**
   * The protobuf packages for which the client has code, by the last part of their name before the version, such as
   * `user`. Default: all.
   */
  readonly packages?: readonly string[];
  /** @throws {ToolchainMissingError} */
  prepare(): Promise<DriverCommand>;
}

/** @returns the reason why a client cannot call a server; undefined when it can */
export function skipReasonOf({ webProtocol }: ClientKind, { supportsWeb }: ServerKind): string | undefined {
  if (webProtocol === undefined || supportsWeb) return undefined;
  return `the library of the server does not support ${webProtocol}`;
}

/** The packages for which buf.gen.yaml of ts-proto and betterproto generates code. */
const generatedByOthers = ['user', 'order'];

export const clients: readonly ClientKind[] = [
  { name: 'ts gRPC', prepare: node('connect.ts', { TRANSPORT: 'grpc' }) },
  { name: 'ts gRPC-Web', webProtocol: 'gRPC-Web', prepare: node('connect.ts', { TRANSPORT: 'grpc-web' }) },
  { name: 'ts Connect', webProtocol: 'Connect', prepare: node('connect.ts', { TRANSPORT: 'connect' }) },
  ...(['gRPC', 'gRPC-Web', 'Connect'] as const).map((protocol) => ({
    name: `rpc-client ${protocol}`,
    ...(protocol !== 'gRPC' && { webProtocol: protocol }),
    prepare: node('connect.ts', { LIBRARY: 'rpc-client', TRANSPORT: protocol.toLowerCase() }),
  })),
  { name: 'node proto-loader', prepare: node('proto-loader.js') },
  { name: 'ts-proto', packages: generatedByOthers, prepare: node('ts-proto.ts') },
  {
    name: 'go',
    prepare: async () => ({ command: [await goProgram('proofs/matrix/drivers/go', '.', 'matrix-go')] }),
  },
  { name: 'python', prepare: python('sync') },
  { name: 'python asyncio', prepare: python('aio') },
  { name: 'betterproto', packages: generatedByOthers, prepare: python('betterproto') },
  {
    name: 'grpcurl',
    isCommandLine: true,
    prepare: async () => {
      const driver = nodeArgs(join(drivers, 'grpcurl/main.ts'));
      return { command: [process.execPath, ...driver, await grpcurlProgram()], env: nodeEnv };
    },
  },
  { name: 'reflection node', prepare: node('reflection.ts') },
  { name: 'reflection python', prepare: python('reflection') },
];

function node(file: string, env: Readonly<Record<string, string>> = {}): () => Promise<DriverCommand> {
  return async () => ({
    command: [process.execPath, ...nodeArgs(join(drivers, 'node', file))],
    env: { ...nodeEnv, ...env },
  });
}

function python(module: string): () => Promise<DriverCommand> {
  return async () => {
    installPython(examplePython);
    const command = [examplePython.python, join(drivers, 'python', `${module}.py`)] as const;
    return { command, env: { PYTHONPATH: examplePythonPath } };
  };
}
