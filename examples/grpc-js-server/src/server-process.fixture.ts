import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Client, type ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';

const services = ['UserService', 'OrderService'];

/** The server in a process. */
export interface ServerProcess {
  /** HOST:PORT */
  readonly userAddress: string;
  readonly orderAddress: string;
  /** The standard error output so far. */
  log(): string;
  /** Sends a signal and resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server on free ports. @throws if it ends before it listens; the message is its standard error output */
export async function startServer(...args: string[]): Promise<ServerProcess> {
  const ports = ['--user-address=localhost:0', '--order-address=127.0.0.1:0'];
  const command = ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...ports, ...args];
  const child = spawn(process.execPath, command, {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) < services.length) continue;
    const addressOf = (service: string) =>
      new RegExp(`^${service} listening on (.*)$`, 'm').exec(lines.join('\n'))?.[1];
    return {
      userAddress: addressOf('UserService') ?? '',
      orderAddress: addressOf('OrderService') ?? '',
      log: () => stderr,
      end: (signal) => {
        child.kill(signal);
        return exited;
      },
    };
  }
  await exited;
  throw new Error(stderr);
}

export interface Clients {
  readonly users: Client<typeof UserService>;
  readonly orders: Client<typeof OrderService>;
}

export function clientsOf(server: Pick<ServerProcess, 'userAddress' | 'orderAddress'>, token?: string): Clients {
  const withToken: Interceptor = (next) => (request) => {
    if (token !== undefined) request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
  const transport = (address: string) =>
    createGrpcTransport({ baseUrl: `http://${address}`, interceptors: [withToken] });
  return {
    users: createClient(UserService, transport(server.userAddress)),
    orders: createClient(OrderService, transport(server.orderAddress)),
  };
}

/** The error of a failing call. @throws if the call succeeds */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: ConnectError) => error,
  );
}

export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const message of messages) taken.push(message);
  return taken;
}

export async function* stream<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
}
