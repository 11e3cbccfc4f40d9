import type { StreamRequest, StreamResponse } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';
import { expect, it } from 'vitest';
import { messageGap } from './request-time.ts';

const fiveMinutesMs = 300_000;

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

async function* silence() {
  await new Promise(() => {});
  yield undefined;
}

it('a call that has ended does not wait for the next message, and leaves no timer', async () => {
  const before = timers();
  const controller = new AbortController();
  const { orderChat: method } = OrderService.method;
  const request = { stream: true, service: OrderService, method, message: silence(), signal: controller.signal };
  let reading: Promise<unknown> | undefined;
  const handler = async ({ message }: StreamRequest) => {
    reading = message[Symbol.asyncIterator]().next();
    return {} as StreamResponse;
  };
  await messageGap(fiveMinutesMs, new Set())(handler as never)(request as never);
  expect(timers()).toBe(before + 1);
  controller.abort(new Error('the client has gone'));
  await expect(reading).rejects.toThrow('the client has gone');
  expect(timers()).toBe(before);
});
