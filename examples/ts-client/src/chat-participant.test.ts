import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { type RunningServer, serve } from '@example/rpc-server';
import { failureOf, silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ChatParticipant } from './chat-participant.ts';
import { createClients } from './clients.ts';

let server: RunningServer | undefined;
afterEach(() => server?.close(0));

type OrderChat = ServiceImpl<typeof OrderService>['orderChat'];

async function join(orderChat: OrderChat): Promise<ChatParticipant> {
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(OrderService, { orderChat }),
  });
  const { orders } = createClients(server.url, server.url);
  const { signal } = new AbortController();
  return new ChatParticipant(orders, { orderId: 'ord-1', sender: 'Aoife', sequence: 0n, timeoutMs: 30_000, signal });
}

/** Resolves when the next HTTP/2 stream that this process opened has closed. */
function streamClosed(): Promise<void> {
  return new Promise((resolve) => {
    const onClose = () => {
      unsubscribe('http2.client.stream.close', onClose);
      resolve();
    };
    subscribe('http2.client.stream.close', onClose);
  });
}

/** Takes the first message and then ends the stream, whether or not the client has left. */
const endEarly = (error?: ConnectError): OrderChat =>
  async function* (messages) {
    for await (const message of messages) {
      yield message;
      if (error !== undefined) throw error;
      return;
    }
  };

// A stream of which one half stays open keeps the process from ending, long after its deadline.
describe('a chat that the server ends while the participant stays', () => {
  it('is closed on this side too', async () => {
    const closed = streamClosed();
    const aoife = await join(endEarly());
    expect((await aoife.hear()).sender).toBe('Aoife');
    await expect(aoife.hear()).rejects.toThrow('the chat has ended');
    await closed;
  });

  it('is closed on this side too when it fails, as at its deadline', async () => {
    const closed = streamClosed();
    const aoife = await join(endEarly(new ConnectError('out of time', Code.DeadlineExceeded)));
    await aoife.hear();
    expect((await failureOf(aoife.hear())).code).toBe(Code.DeadlineExceeded);
    await closed;
  });
});
