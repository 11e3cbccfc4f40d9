import { delimiter, join } from 'node:path';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';
import type { Auth } from './secrets.ts';

const root = join(import.meta.dirname, '../../../..');
const folder = join(import.meta.dirname, 'peers');

/** How a server is started. */
interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that is measured. */
export interface Peer {
  /** What it is called in the table. */
  readonly name: string;
  /** Header fields that its callers send. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether they talk HTTP/1.1 to it. */
  readonly isHttp1?: boolean;
  /** @throws {ToolchainMissingError} when what it needs is not on this machine */
  command(): Promise<Command>;
}

/** No call may be refused for its rate, and nothing is logged. */
const unhindered = { PORT: '0', HOST: '127.0.0.1', CALLS_PER_SECOND: '1000000', CALL_BURST: '2000000' };
const bare = { ...unhindered, LOG_LEVEL: 'silent', AUTH: 'off' };

export const fast = node('fast', 'ours.ts', { ...bare, ENGINE: 'fast' });
export const connect = node('ENGINE=connect', 'ours.ts', { ...bare, ENGINE: 'connect' });
export const nodeHttp2 = node('node:http2', 'node-http2.ts');
export const grpcJs = node('grpc-js', 'grpc-js.ts');
export const niceGrpc = node('nice-grpc', 'nice-grpc.ts');
export const connectNode = node('connect-node', 'connect-node.ts');
export const fastHttp1: Peer = { ...fast, name: 'fast, HTTP/1.1', isHttp1: true };
export const fastifyHttp1: Peer = { ...node('Fastify, HTTP/1.1', 'fastify.ts'), isHttp1: true };
export const fastifyHttp2 = node('Fastify, HTTP/2', 'fastify.ts', { HTTP_VERSION: '2' });

export const grpcGo: Peer = {
  name: 'grpc-go',
  command: async () => ({ file: await goProgram('server'), args: [], env: { GOMAXPROCS: '1' } }),
};

export const grpcio: Peer = {
  name: 'grpcio',
  async command() {
    const example = join(root, 'examples/python');
    const environment = new PythonEnvironment({
      folder: join(example, '.venv'),
      requirements: join(example, 'requirements.txt'),
    });
    environment.install((text) => process.stderr.write(text));
    const path = [join(root, 'gen/python'), join(example, 'src')].join(delimiter);
    return { file: environment.python, args: [join(folder, 'python/server.py')], env: { PYTHONPATH: path } };
  },
};

/** Ours with all that a server can have: the access log, and a token in each call. */
export function allOn({ env, token }: Auth): Peer {
  const server = node('fast, all on', 'ours.ts', { ...unhindered, ENGINE: 'fast', LOG_LEVEL: 'info', ...env });
  return { ...server, headers: { authorization: `Bearer ${token}` } };
}

/** The peer with more variables. */
export function withEnv(peer: Peer, env: Readonly<Record<string, string>>): Peer {
  return {
    ...peer,
    async command() {
      const command = await peer.command();
      return { ...command, env: { ...command.env, ...env } };
    },
  };
}

/** @returns the path of a program of ours in Go. @throws {ToolchainMissingError} when Go is missing */
export async function goProgram(name: 'load' | 'server'): Promise<string> {
  return await buildGo(join(folder, 'go'), `./cmd/${name}`, `bench-${name}`);
}

/** Node's own way with TypeScript leaves functions as they are; tsx wraps each to keep its name, which costs time in each call. */
function node(name: string, file: string, env: Readonly<Record<string, string>> = {}): Peer {
  const args = ['--experimental-transform-types', '--expose-gc', join(folder, file)];
  return { name, command: async () => ({ file: process.execPath, args, env }) };
}
