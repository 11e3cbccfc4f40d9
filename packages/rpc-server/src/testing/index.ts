import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { type Logger, pino } from 'pino';
import { readEnvironment } from '../config/environment.ts';
import { type ServerConfig, serverConfig, serverSettings } from '../config/server-config.ts';
import { bind } from '../listener/bind.ts';

export { callHeaders } from './call-headers.ts';

/** HTTP2=node runs the tests on node:http2. */
const testEnvironment = {
  HTTP2: process.env['HTTP2'],
  CALLS_PER_SECOND: '1000000',
  CALL_BURST: '1000000',
};

/** A server on a free loopback port that logs nothing. */
export const testConfig: ServerConfig = serverConfig(
  readEnvironment(serverSettings(0), {
    DRAIN_MS: '1000',
    LOG_LEVEL: 'silent',
    ...testEnvironment,
  }),
);

export const silentLogger: Logger = pino({ level: 'silent' });

/** Every way in which Connect's client talks to a server. */
export const transports: readonly [name: string, (baseUrl: string) => Transport][] = [
  ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
  ['gRPC-Web over HTTP/1.1', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC-Web over HTTP/2', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2' })],
  ['Connect over HTTP/1.1', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['Connect over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
  ['Connect by GET over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', useHttpGet: true })],
  ['Connect with JSON', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false })],
];

/** The error that a call must end with. @throws when it succeeds */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error) => ConnectError.from(error),
  );
}

/** The paths that an error's google.rpc.BadRequest names. */
export function fieldsAtFault(error: ConnectError): string[] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
}

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends a signal and resolves with the exit code, null when the signal ended the process. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a service and waits until it says where it listens.
 *
 * @param main the path of its main.ts
 * @param env variables besides PATH; by default it takes a free port and any number of calls
 * @throws when it ends before it listens; the message is what it wrote to standard error
 */
export async function startProcess(main: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], PORT: '0', ...testEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      process: child,
      end: (signal) => {
        child.kill(signal);
        return exited;
      },
    };
  }
  await exited;
  throw new Error(stderr);
}

/** A free port of localhost that nobody else is given meanwhile: below the range from which systems give ports out. */
export async function freePort(): Promise<number> {
  for (let port = 20_000 + Math.floor(Math.random() * 9_000); ; port++) {
    try {
      const { servers } = await bind(createServer, 'localhost', port);
      for (const server of servers) server.close();
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
