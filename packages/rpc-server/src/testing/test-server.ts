import { connect, type Socket } from 'node:net';
import type { ServiceImpl } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { type Logger, pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { type RunningServer, type ServeOptions, serve } from '../serve.ts';
import { silentLogger, testConfig } from './index.ts';

export type Users = Partial<ServiceImpl<typeof UserService>>;
type Notes = Partial<ServiceImpl<typeof NoteService>>;

export interface TestServerOptions extends Partial<Omit<ServeOptions, 'config' | 'routes'>> {
  /** The differences from `testConfig`. */
  readonly config?: Partial<ServerConfig>;
  /** By default, GetUser returns a user with the requested id. Other methods that are not given are UNIMPLEMENTED. */
  readonly users?: Users;
  readonly notes?: Notes;
}

export interface TestServer extends RunningServer {
  readonly port: number;
}

/** Starts a server of UserService and NoteService, which closes after the test. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { config, users, notes = {}, ...rest } = options;
  const server = await serve({
    logger: silentLogger,
    ...rest,
    config: { ...testConfig, ...config },
    routes: (router) =>
      router.service(UserService, { getUser: ({ id }) => ({ id }), ...users }).service(NoteService, notes),
  });
  onTestFinished(() => server.close(0));
  return { ...server, port: Number(new URL(server.url).port) };
}

/** A logger, and the lines that it has written. */
export function recordingLogger(level = 'info'): {
  readonly logger: Logger;
  readonly lines: readonly Record<string, unknown>[];
} {
  const lines: Record<string, unknown>[] = [];
  return { logger: pino({ level }, { write: (line) => lines.push(JSON.parse(line)) }), lines };
}

/** Sends text on a new connection. @returns the data that the server sends until it closes the connection */
export async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let received = '';
  for await (const bytes of socket) received += bytes;
  return received;
}

/** Collects the data that a server sends on a connection. @returns a function that returns all data so far */
export function receivedOn(socket: Socket): () => string {
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  return () => received;
}

/** Never resolves; rejects when the call is cancelled. */
export function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** Collects the messages of a stream. */
export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const message of messages) collected.push(message);
  return collected;
}

/** A stream of messages that ends. */
export async function* each<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
}

/** A stream of some messages that never ends afterwards. */
export async function* thenSilence<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
  await new Promise(() => {});
}
