import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import * as grpc from '@grpc/grpc-js';
import type { Protocol } from './proxies.ts';

/** The number of callers. Each makes calls one after the other, without a pause. */
const callers = 16;
const getUser = '/user.v1.UserService/GetUser';

/** Rejects when a call fails. The client retries only calls that the proxy has refused before the server saw them. */
type Call = () => Promise<void>;

interface Client {
  readonly call: Call;
  close(): void;
}

function http1Client(port: number): Client {
  const agent = new Agent({ keepAlive: true });
  const body = '{"id":"1"}';
  const options = { agent, port, path: getUser, method: 'POST', headers: { 'content-type': 'application/json' } };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        const sent = request({ ...options, host: '127.0.0.1' }, async (response) => {
          try {
            const received = await text(response);
            if (response.statusCode === 200 && received.includes('Aoife')) resolve();
            else reject(new Error(`status ${response.statusCode}: ${received.slice(0, 200)}`));
          } catch (error) {
            reject(error as Error);
          }
        });
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** The message `{"id":"1"}`. */
const idOne = Buffer.from([8, 1]);

function grpcClient(port: number): Client {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const asIs = (bytes: Buffer) => bytes;
  return {
    call: () =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + 30_000;
        client.makeUnaryRequest(getUser, asIs, asIs, idOne, { deadline }, (error, message) => {
          if (error !== null) reject(error);
          else if (message?.includes('Aoife')) resolve();
          else reject(new Error('the response is not user 1'));
        });
      }),
    close: () => client.close(),
  };
}

/** The result of a load: the reasons of failed calls. */
export interface LoadResult {
  readonly calls: number;
  readonly failures: string[];
}

/** Calls through a proxy. */
export async function load(protocol: Protocol, port: number, calls: number): Promise<LoadResult> {
  const { call, close } = protocol === 'gRPC' ? grpcClient(port) : http1Client(port);
  const failures: string[] = [];
  let begun = 0;
  const caller = async () => {
    while (begun++ < calls) await call().catch((error: Error) => failures.push(error.message));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  close();
  return { calls, failures };
}
