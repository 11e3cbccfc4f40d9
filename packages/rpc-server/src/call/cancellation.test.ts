import { Code, createClient, type ServiceImpl } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig, transports } from '../testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

async function start(orders: Partial<ServiceImpl<typeof OrderService>>): Promise<string> {
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(OrderService, orders),
  });
  return server.url;
}

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages) {
    // Only the end matters.
  }
}

describe.each(transports)('a stream over %s whose handler looks at no signal', (_, transport) => {
  it('ends at its deadline, and the handler with it', async () => {
    let begun = 0;
    const ended = Promise.withResolvers<void>();
    const url = await start({
      async *listOrders() {
        begun += 1;
        try {
          while (true) {
            yield {};
            await new Promise(setImmediate);
          }
        } finally {
          ended.resolve();
        }
      },
    });
    const client = createClient(OrderService, transport(url));
    // On a busy machine a deadline can pass before the handler is called.
    while (begun === 0) {
      const call = drain(client.listOrders({}, { timeoutMs: 50 }));
      expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
    }
    await ended.promise;
  });

  it('ends when its client leaves, and the handler with it', async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const url = await start({
      async *listOrders() {
        try {
          while (true) {
            yield {};
            begun.resolve();
            await new Promise(setImmediate);
          }
        } finally {
          ended.resolve();
        }
      },
    });
    const leave = new AbortController();
    const call = drain(createClient(OrderService, transport(url)).listOrders({}, { signal: leave.signal }));
    await begun.promise;
    leave.abort();
    expect((await failureOf(call)).code).toBe(Code.Canceled);
    await ended.promise;
  });
});
