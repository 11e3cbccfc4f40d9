import { join } from 'node:path';
import { nodeArgs, Program, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { examplePython, examplePythonPath, installPython } from '@example/kit/toolchains';
import { goProgram } from './build-once.ts';
import type { MatrixCredentials } from './credentials.ts';
import type { Mode } from './matrix-case.ts';

/** New servers of the services. */
export interface RunningServers {
  /** HOST:PORT of each service by the first part of its protobuf package, such as `user`. */
  readonly addresses: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/** An implementation of all services, or of a part of them. */
export interface ServerKind {
  readonly name: string;
  /** Whether the server's port supports gRPC-Web and Connect too. */
  readonly supportsWeb: boolean;
  /**
   * Whether the server resets a stream after its deadline instead of sending a status. A client whose timer fires later
   * than the server's treats the reset as a cancellation.
   */
  readonly resetsAtDeadline: boolean;
  /** @throws {ToolchainMissingError} */
  prepare(): Promise<unknown>;
  /** @param folder an empty folder for the server's data */
  start(mode: Mode, credentials: MatrixCredentials, folder: string): Promise<RunningServers>;
}

/** The compile cache of Node programs, which halves the time of their start. */
export const nodeEnv = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/matrix') };

/** The timeout of a server's end, in milliseconds. It is longer than the drain of calls in progress. */
const endMs = 20_000;

const goServer = () => goProgram('examples/go', './cmd/server', 'example-server');

export const servers: readonly ServerKind[] = [
  { name: 'ts', supportsWeb: true, resetsAtDeadline: false, prepare: async () => {}, start: startServices },
  {
    name: 'grpc-js',
    supportsWeb: false,
    resetsAtDeadline: false,
    prepare: async () => {},
    start: (mode, credentials, folder) => {
      const command = [...nodeArgs(join(root, 'examples/grpc-js-server/src/main.ts')), '--data', folder];
      return startExample([process.execPath, ...command], mode, credentials, nodeEnv);
    },
  },
  {
    name: 'go',
    supportsWeb: false,
    resetsAtDeadline: true,
    prepare: goServer,
    start: async (mode, credentials) => await startExample([await goServer()], mode, credentials),
  },
  {
    name: 'python',
    supportsWeb: false,
    resetsAtDeadline: false,
    prepare: async () => installPython(examplePython),
    start: (mode, credentials) => {
      const env = { PYTHONPATH: examplePythonPath };
      return startExample([examplePython.python, '-m', 'example_services.server'], mode, credentials, env);
    },
  },
];

/** Starts all services of packages/. */
async function startServices(
  mode: Mode,
  { tlsEnv, authEnv }: Pick<MatrixCredentials, 'tlsEnv' | 'authEnv'>,
  folder: string,
): Promise<RunningServers> {
  const env = {
    ...nodeEnv,
    ...(mode === 'secure' && { ...tlsEnv, ...authEnv }),
    ...(mode === 'throttled' && { CALLS_PER_SECOND: '1', CALL_BURST: '2' }),
  };
  const running = await Promise.all(
    services().map(async (service) => {
      const DATABASE_URL = `sqlite:${join(folder, service.folder)}.db`;
      const main = join(root, 'packages', service.folder, 'src/main.ts');
      const { url, program } = await startNodeServer(main, { ...env, DATABASE_URL });
      return { name: service.name.replaceAll('-', '_'), address: new URL(url).host, program };
    }),
  );
  return {
    addresses: Object.fromEntries(running.map(({ name, address }) => [name, address])),
    end: async () => {
      await Promise.all(running.map(({ program }) => endByItself(program)));
    },
  };
}

/** Starts a server of examples/. All of these have the same options, and print the same two lines when they listen. */
async function startExample(
  [file, ...args]: readonly [string, ...string[]],
  mode: Mode,
  { certFile, keyFile, jwksFile }: MatrixCredentials,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServers> {
  const options = [
    ...['--user-address', 'localhost:0', '--order-address', 'localhost:0'],
    ...(mode === 'secure' ? ['--tls-cert', certFile, '--tls-key', keyFile, '--jwks', jwksFile] : []),
    ...['--calls-per-second', mode === 'throttled' ? '1' : '1000000'],
  ];
  const program = new Program(file, [...args, ...options], { env });
  const address = (service: string) =>
    program.waitForLine((line) => new RegExp(`^${service} listening on (\\S+)$`).exec(line)?.[1]);
  const [user, order] = await Promise.all([address('UserService'), address('OrderService')]);
  return { addresses: { user, order }, end: () => endByItself(program) };
}

/** @throws when the server has to be killed */
async function endByItself(program: Program): Promise<void> {
  const { signal } = await program.end('SIGTERM', endMs);
  if (signal !== null) throw new Error(`the server did not end:\n${program.lastLines}`);
}
