import { setTimeout } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import * as grpc from '@grpc/grpc-js';
import { callers, type Load, pauseMs, timeoutMs } from './load.ts';

/** A client of one port. */
interface Caller {
  /** Rejects when a call fails. */
  readonly call: () => Promise<void>;
  close(): void;
}

export const getUser = '/user.v1.UserService/GetUser';

/** Makes the calls of a client of this process. */
export function callBy(connect: (port: number) => Caller): Load {
  return async (port, over) => {
    const { call, close } = connect(port);
    const failures: string[] = [];
    let calls = 0;
    const caller = async () => {
      while (!over.aborted) {
        calls += 1;
        await call().catch((error: Error) => failures.push(reasonOf(error)));
        await setTimeout(pauseMs);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    close();
    return { calls, failures };
  };
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function expectAoife(text: string | undefined): void {
  if (!text?.includes('Aoife')) throw new Error(`the response is not user 1: ${text}`);
}

export function connectOurs(port: number): Caller {
  const transport = createTransport({ target: `127.0.0.1:${port}`, defaultTimeoutMs: timeoutMs });
  const client = createClient(UserService, transport);
  return {
    call: async () => expectAoife((await client.getUser({ id: '1' })).name),
    close: () => transport.close(),
  };
}

/** @param serviceConfig as JSON. Default: none, so that the client has its defaults */
export const connectGrpcJs =
  (serviceConfig = '{}') =>
  (port: number): Caller => {
    const options = { 'grpc.service_config': serviceConfig };
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
    const asIs = (bytes: Buffer) => bytes;
    return {
      call: async () => {
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        // The message {"id":"1"}.
        const request = Buffer.from([8, 1]);
        const deadline = { deadline: Date.now() + timeoutMs };
        client.makeUnaryRequest(getUser, asIs, asIs, request, deadline, (error, message) => {
          if (error) reject(error);
          else resolve(`${message}`);
        });
        expectAoife(await promise);
      },
      close: () => client.close(),
    };
  };

export function connectNode(port: number): Caller {
  const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}`, defaultTimeoutMs: timeoutMs });
  const client = createClient(UserService, transport);
  return { call: async () => expectAoife((await client.getUser({ id: '1' })).name), close: () => {} };
}

export function connectFetch(port: number): Caller {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"1"}' };
  return {
    call: async () => {
      const signal = AbortSignal.timeout(timeoutMs);
      expectAoife(await (await fetch(`http://127.0.0.1:${port}${getUser}`, { ...init, signal })).text());
    },
    close: () => {},
  };
}
