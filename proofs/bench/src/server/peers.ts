import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { buildProgram, examplePython, examplePythonPath, installPython } from '@example/kit/toolchains';

const folder = join(import.meta.dirname, 'peers');

/** The command that starts a server. */
interface PeerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The address of a server that does not print it. */
  readonly url?: string;
}

/** A server that is measured. */
export interface Peer {
  /** The name in the table. */
  readonly name: string;
  /** Header fields of all calls. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether clients use HTTP/1.1. */
  readonly isHttp1?: boolean;
  /** @throws {ToolchainMissingError} */
  command(): Promise<PeerCommand>;
}

/** Settings that disable the limits of the rate of calls and of the load. */
const unlimited = {
  ...{ PORT: '0', HOST: '127.0.0.1' },
  ...{ CALLS_PER_SECOND: '1000000', CALL_BURST: '2000000', OVERLOAD_DELAY_MS: '60000' },
};

export const ours = node('ours', 'ours.ts', { ...unlimited, LOG_LEVEL: 'silent', AUTH: 'off' });
export const oursHttp1: Peer = { ...ours, name: 'ours, HTTP/1.1', isHttp1: true };
export const nodeHttp2 = node('node:http2', 'node-http2.ts');
export const grpcJs = node('grpc-js', 'grpc-js.ts');
const niceGrpc = node('nice-grpc', 'nice-grpc.ts');
const connectNode = node('connect-node', 'connect-node.ts');
export const fastifyHttp1: Peer = { ...node('Fastify, HTTP/1.1', 'fastify.ts'), isHttp1: true };
export const fastifyHttp2 = node('Fastify, HTTP/2', 'fastify.ts', { HTTP_VERSION: '2' });

export const grpcGo: Peer = {
  name: 'grpc-go',
  command: async () => ({ file: await goProgram('server'), args: [], env: { GOMAXPROCS: '1' } }),
};

const grpcio: Peer = {
  name: 'grpcio',
  command: python('server.py'),
};

/** The commands that measure codecs, by language. */
export const encodingPrograms: Readonly<Record<string, Peer['command']>> = {
  TypeScript: node('encoding', 'encoding.ts').command,
  Go: async () => ({ file: await goProgram('encoding'), args: [] }),
  Python: python('encoding.py'),
};

/** The peers that serve both services by gRPC. */
export const all: readonly Peer[] = [ours, nodeHttp2, grpcJs, niceGrpc, connectNode, grpcGo, grpcio];

/** The settings of a peer with tokens, and a token for its callers. */
export interface TokenAuth {
  /** The settings that start with AUTH. */
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
}

/** Our server with the access log, and with a token in each call. */
export function withEverything({ env, token }: TokenAuth): Peer {
  const server = node('ours, all on', 'ours.ts', { ...unlimited, LOG_LEVEL: 'info', ...env });
  return { ...server, headers: { authorization: `Bearer ${token}` } };
}

/** UserService as in production: with a SQLite store in the folder `data`, the access log and tokens. */
export function userService(data: string, { env, token }: TokenAuth): Peer {
  return {
    name: 'UserService',
    headers: { authorization: `Bearer ${token}` },
    async command() {
      const port = await freePort();
      const args = ['--import', import.meta.resolve('tsx'), join(root, 'packages/user-service/src/main.ts')];
      const settings = { ...unlimited, PORT: `${port}`, DATABASE_URL: `sqlite:${join(data, `${port}.db`)}`, ...env };
      return { file: process.execPath, args, env: settings, url: `http://127.0.0.1:${port}` };
    },
  };
}

/** UserService under `pnpm dev`, which runs both services and formats their logs, without tokens. */
export function pnpmDev(data: string): Peer {
  return {
    name: 'pnpm dev',
    async command() {
      const [userPort, orderPort] = [await freePort(), await freePort()];
      const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { dev: string } };
      const options = `--user-port ${userPort} --order-port ${orderPort} --data ${join(data, `dev-${userPort}`)}`;
      return {
        file: 'sh',
        // The shell waits until the services have ended.
        args: ['-c', `trap : TERM; PATH=${join(root, 'node_modules/.bin')}:$PATH; ${scripts.dev} ${options}`],
        env: unlimited,
        url: `http://localhost:${userPort}`,
      };
    },
  };
}

/** The same peer with further variables. */
export function withEnv(peer: Peer, env: Readonly<Record<string, string>>): Peer {
  return {
    ...peer,
    async command() {
      const command = await peer.command();
      return { ...command, env: { ...command.env, ...env } };
    },
  };
}

/** @returns the path of a Go program of the benchmark. @throws {ToolchainMissingError} when Go is missing */
export async function goProgram(name: 'encoding' | 'load' | 'overload' | 'server'): Promise<string> {
  return await buildProgram(join(folder, 'go'), `./cmd/${name}`, `bench-${name}`);
}

/**
 * Runs a TypeScript file with Node's own support of TypeScript, which does not change functions. tsx wraps each
 * function to keep its name, which costs time in each call.
 */
function node(name: string, file: string, env: Readonly<Record<string, string>> = {}): Peer {
  const hooks = join(import.meta.dirname, 'resolve-typescript.js');
  const args = ['--experimental-transform-types', '--import', hooks, '--expose-gc', join(folder, file)];
  return { name, command: async () => ({ file: process.execPath, args, env }) };
}

function python(file: string): Peer['command'] {
  return async () => {
    installPython(examplePython);
    const args = [join(folder, 'python', file)];
    return { file: examplePython.python, args, env: { PYTHONPATH: examplePythonPath } };
  };
}
