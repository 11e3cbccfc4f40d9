import type { IdempotencyKey } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { Chat } from './chat.ts';
import type { OrderRepository } from './order-repository.ts';
import { Orders } from './orders.ts';

const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const actor = { name: '', isAdmin: true };
const item = { orderId: '', productId: 'p', quantity: 1, unitPrice: 0 };

/** A repository that records the fingerprints of its writes. */
function recorder(): { repository: OrderRepository; fingerprints: (string | undefined)[] } {
  const fingerprints: (string | undefined)[] = [];
  const record = async (key?: IdempotencyKey) => {
    fingerprints.push(key?.fingerprint);
    return { value: 1 };
  };
  const repository = {
    create: (_: unknown, key?: IdempotencyKey) => record(key),
    change: (_: unknown, __: unknown, key?: IdempotencyKey) => record(key),
    appendMessage: (_: unknown, key?: IdempotencyKey) => record(key),
    get: async () => ({ customerId: 'c' }),
    lastSequence: async () => 0,
    messagesAfter: async () => [],
  };
  return { repository: repository as unknown as OrderRepository, fingerprints };
}

async function* streamOf<T>(...values: T[]): AsyncIterable<T> {
  yield* values;
}

// A client may repeat a request after an upgrade: never change these values.
describe('the fingerprint of a request from before an upgrade', () => {
  const { repository, fingerprints } = recorder();
  const orders = new Orders(repository);

  it('to CreateOrder', async () => {
    await orders.create('c', [item], requestId, actor);
    expect(fingerprints.pop()).toBe('DSm2De-pZ1sCLM1P3bl5tVWeed6X9iTNM2bx1BF7Tho');
  });

  it('to UploadLineItems', async () => {
    await orders.upload(streamOf({ ...item, orderId: 'ord-1' }), requestId, actor);
    expect(fingerprints.pop()).toBe('hlZuMrEm35N6QvLuSQZjdBlkLDWSok0_oXvYZoypzUw');
  });

  it('to OrderChat', async () => {
    const chat = new Chat(repository, {
      pollIntervalMs: 1,
      notify: () => {},
      subscribe: () => () => {},
      close: async () => {},
    });
    const input = { orderId: 'ord-1', sender: 's', text: 't', sequence: 0n, messageId: requestId };
    for await (const _ of chat.join(streamOf(input), new AbortController().signal, actor)) break;
    expect(fingerprints.pop()).toBe('6wfKXFkTRjtM93FYUp_aSwqeM4yOh90CUHV9i9Wltug');
  });
});
