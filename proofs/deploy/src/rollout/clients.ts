import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import * as grpc from '@grpc/grpc-js';

/** A client of one port. */
interface Caller {
  /** Rejects when a call fails. */
  readonly call: () => Promise<void>;
  close(): void;
}

export interface RolloutClient {
  readonly name: string;
  /** Matches failures that are the client's own fault, because it does not repeat a call that it has not sent. */
  readonly ownFailure?: RegExp;
  readonly connect: (port: number) => Caller;
}

const timeoutMs = 30_000;
const getUser = '/user.v1.UserService/GetUser';

function expectAoife(text: string | undefined): void {
  if (!text?.includes('Aoife')) throw new Error(`the response is not user 1: ${text}`);
}

function connectOurs(port: number): Caller {
  const transport = createTransport({ target: `127.0.0.1:${port}`, defaultTimeoutMs: timeoutMs });
  const client = createClient(UserService, transport);
  return {
    call: async () => expectAoife((await client.getUser({ id: '1' })).name),
    close: () => transport.close(),
  };
}

function connectGrpcJs(port: number): Caller {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const asIs = (bytes: Buffer) => bytes;
  return {
    call: async () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      // The message {"id":"1"}.
      const request = Buffer.from([8, 1]);
      client.makeUnaryRequest(getUser, asIs, asIs, request, { deadline: Date.now() + timeoutMs }, (error, message) => {
        if (error) reject(error);
        else resolve(`${message}`);
      });
      expectAoife(await promise);
    },
    close: () => client.close(),
  };
}

function connectNode(port: number): Caller {
  const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}`, defaultTimeoutMs: timeoutMs });
  const client = createClient(UserService, transport);
  return { call: async () => expectAoife((await client.getUser({ id: '1' })).name), close: () => {} };
}

function connectFetch(port: number): Caller {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"1"}' };
  return {
    call: async () => {
      const signal = AbortSignal.timeout(timeoutMs);
      expectAoife(await (await fetch(`http://127.0.0.1:${port}${getUser}`, { ...init, signal })).text());
    },
    close: () => {},
  };
}

export const clients: readonly RolloutClient[] = [
  { name: 'rpc-client', connect: connectOurs },
  { name: 'grpc-js', connect: connectGrpcJs },
  { name: 'connect-node', connect: connectNode, ownFailure: /NGHTTP2_REFUSED_STREAM/ },
  { name: 'fetch, HTTP/1.1', connect: connectFetch },
];
