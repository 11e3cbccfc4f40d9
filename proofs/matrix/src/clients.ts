import { join } from 'node:path';
import { goProgram, nodeEnv, pythonExample, pythonPath, root } from './programs.ts';
import type { ServerKind } from './servers.ts';

const drivers = join(root, 'proofs/matrix/drivers');

/** How a driver is started: its program with the arguments, and what its environment has besides the addresses. */
export interface DriverCommand {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** A client of both services. */
export interface ClientKind {
  readonly name: string;
  /** Why it cannot talk to a server; undefined when it can. */
  whyNot(server: ServerKind): string | undefined;
  /**
   * A program of the command line: it asks the server for the protos before each call, and reads all of its input before it ends.
   * So it is not throttled, does not hold a stream open, and calls no server that has ended. Default: false.
   */
  readonly isCommandLine?: boolean;
  /** @throws {ToolchainMissingError} */
  prepare(): Promise<DriverCommand>;
}

const gRpc = () => undefined;
const web = (protocol: string) => (server: ServerKind) =>
  server.speaksWeb ? undefined : `a server of its library does not speak ${protocol}`;

export const clients: readonly ClientKind[] = [
  { name: 'ts gRPC', whyNot: gRpc, prepare: node('connect.ts', { TRANSPORT: 'grpc' }) },
  { name: 'ts gRPC-Web', whyNot: web('gRPC-Web'), prepare: node('connect.ts', { TRANSPORT: 'grpc-web' }) },
  { name: 'ts Connect', whyNot: web('Connect'), prepare: node('connect.ts', { TRANSPORT: 'connect' }) },
  { name: 'node proto-loader', whyNot: gRpc, prepare: node('proto-loader.js') },
  { name: 'ts-proto', whyNot: gRpc, prepare: node('ts-proto.ts') },
  {
    name: 'go',
    whyNot: gRpc,
    prepare: async () => ({ command: [await goProgram('proofs/matrix/drivers/go', '.', 'interop-go')] }),
  },
  { name: 'python', whyNot: gRpc, prepare: python('sync') },
  { name: 'python asyncio', whyNot: gRpc, prepare: python('aio') },
  { name: 'betterproto', whyNot: gRpc, prepare: python('betterproto') },
  {
    name: 'grpcurl',
    whyNot: gRpc,
    isCommandLine: true,
    prepare: async () => {
      const grpcurl = await goProgram('tools/go', 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
      return { command: [process.execPath, join(drivers, 'grpcurl/main.ts'), grpcurl], env: nodeEnv };
    },
  },
  { name: 'reflection node', whyNot: gRpc, prepare: node('reflection.ts') },
  { name: 'reflection python', whyNot: gRpc, prepare: python('reflection') },
];

function node(file: string, env: Readonly<Record<string, string>> = {}): () => Promise<DriverCommand> {
  const command = [process.execPath, '--import', 'tsx', join(drivers, 'node', file)] as const;
  return async () => ({ command: [...command], env: { ...nodeEnv, ...env } });
}

function python(module: string): () => Promise<DriverCommand> {
  return async () => {
    pythonExample.install((text) => process.stderr.write(text));
    return {
      command: [pythonExample.python, join(drivers, 'python', `${module}.py`)],
      env: { PYTHONPATH: pythonPath },
    };
  };
}
