import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startProcess } from '@example/rpc-server/testing';
import type { Mode } from './interop-case.ts';
import { goProgram, nodeEnv, pythonExample, pythonPath, root } from './programs.ts';
import type { Secrets } from './secrets.ts';

/** Both services, started fresh. */
export interface RunningServers {
  /** HOST:PORT */
  readonly userAddress: string;
  readonly orderAddress: string;
  end(): Promise<void>;
}

/** An implementation of both services. */
export interface ServerKind {
  readonly name: string;
  /** Whether its port speaks gRPC-Web and Connect too. */
  readonly speaksWeb: boolean;
  /**
   * Whether it resets a stream whose deadline is over, and sends no status: a client whose own clock goes off later than the
   * server's takes the reset as a cancellation.
   */
  readonly resetsAtDeadline: boolean;
  /** @throws {ToolchainMissingError} */
  prepare(): Promise<unknown>;
  /** @param folder for its data, empty */
  start(mode: Mode, secrets: Secrets, folder: string): Promise<RunningServers>;
}

/** How long a server may take to end, in milliseconds: longer than it gives to calls that are under way. */
const endMs = 20_000;

const nothing = async () => {};
const goServer = () => goProgram('examples/go', './cmd/server', 'example-server');

export const servers: readonly ServerKind[] = [
  { name: 'ts', speaksWeb: true, resetsAtDeadline: false, prepare: nothing, start: startServices },
  {
    name: 'grpc-js',
    speaksWeb: false,
    resetsAtDeadline: false,
    prepare: nothing,
    start: (mode, secrets, folder) => {
      const main = join(root, 'examples/grpc-js-server/src/main.ts');
      return startExample([process.execPath, '--import', 'tsx', main, '--data', folder], mode, secrets, nodeEnv);
    },
  },
  {
    name: 'go',
    speaksWeb: false,
    resetsAtDeadline: true,
    prepare: goServer,
    start: async (mode, secrets) => await startExample([await goServer()], mode, secrets),
  },
  {
    name: 'python',
    speaksWeb: false,
    resetsAtDeadline: false,
    prepare: async () => pythonExample.install((text) => process.stderr.write(text)),
    start: (mode, secrets) =>
      startExample([pythonExample.python, '-m', 'example_services.server'], mode, secrets, { PYTHONPATH: pythonPath }),
  },
];

async function startServices(mode: Mode, secrets: Secrets, folder: string): Promise<RunningServers> {
  const env = {
    ...nodeEnv,
    LOG_LEVEL: 'info',
    ...(mode === 'secure' && {
      TLS_CERT: secrets.certFile,
      TLS_KEY: secrets.keyFile,
      AUTH_JWKS: secrets.jwksFile,
      AUTH_ISSUER: secrets.issuer,
      AUTH_AUDIENCE: secrets.audience,
    }),
    ...(mode === 'throttled' && { CALLS_PER_SECOND: '1', CALL_BURST: '2' }),
  };
  const start = (name: string) =>
    startProcess(join(root, 'packages', name, 'src/main.ts'), {
      ...env,
      DATABASE_URL: `sqlite:${join(folder, name)}.db`,
    });
  const [users, orders] = await Promise.all([start('user-service'), start('order-service')]);
  return {
    userAddress: new URL(users.url).host,
    orderAddress: new URL(orders.url).host,
    async end() {
      await Promise.all([users.end('SIGTERM'), orders.end('SIGTERM')]);
    },
  };
}

/** The examples take the same options, and print the same two lines when they listen. */
async function startExample(
  [program, ...args]: readonly [string, ...string[]],
  mode: Mode,
  secrets: Secrets,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServers> {
  const options = [
    ...['--user-address', 'localhost:0', '--order-address', 'localhost:0'],
    ...(mode === 'secure'
      ? ['--tls-cert', secrets.certFile, '--tls-key', secrets.keyFile, '--jwks', secrets.jwksFile]
      : []),
    ...['--calls-per-second', mode === 'throttled' ? '1' : '1000000'],
  ];
  const child = spawn(program, [...args, ...options], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-4_000);
  });
  const addresses = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [, service, address] = /^(\w+) listening on (\S+)$/.exec(line) ?? [];
    if (service !== undefined && address !== undefined) addresses.set(service, address);
    const userAddress = addresses.get('UserService');
    const orderAddress = addresses.get('OrderService');
    if (userAddress === undefined || orderAddress === undefined) continue;
    child.stdout.resume();
    return {
      userAddress,
      orderAddress,
      async end() {
        child.kill('SIGTERM');
        const limit = setTimeout(() => child.kill('SIGKILL'), endMs);
        await exited;
        clearTimeout(limit);
        if (child.signalCode !== null) throw new Error(`the server did not end:\n${stderr}`);
      },
    };
  }
  throw new Error(`the server did not start:\n${stderr}`);
}
