import { join } from 'node:path';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { type ChatMessage, OrderService } from '@example/protos/order/v1';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import type { PostgresServer } from '@example/storage/testing';
import { describeWithPostgres, writeDuringFailover } from '@example/storage/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NatsServer, startNats, whyNoNats } from './notifications/nats-server.fixture.ts';

const noNats = whyNoNats();

describe.skipIf(noNats)(noNats ?? 'order-service', () => {
  describeWithPostgres('two replicas on one PostgreSQL and one NATS', replicaTests, { isDurable: true });
});

function replicaTests(postgres: () => PostgresServer): void {
  let nats: NatsServer;
  let replicas: ServiceProcess[];

  beforeEach(async () => {
    nats = await startNats();
    const env = { DATABASE_URL: await postgres().createDatabase(), NATS_URL: nats.url, LOG_LEVEL: 'info' };
    const main = join(import.meta.dirname, 'main.ts');
    replicas = await Promise.all([startProcess(main, env), startProcess(main, env)]);
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await nats.kill();
  });

  const clientOf = (replica: number) =>
    createClient(OrderService, createGrpcTransport({ baseUrl: replicas[replica]?.url ?? '' }));

  /** A participant of a room, connected to one replica. */
  function enter(replica: number, orderId: string, sender: string, signal: AbortSignal) {
    const unsent: { text: string }[] = [];
    let wake = Promise.withResolvers<void>();
    const outgoing = (async function* () {
      yield { orderId, sender };
      while (!signal.aborted) {
        yield* unsent.splice(0);
        await wake.promise;
        wake = Promise.withResolvers();
      }
    })();
    const received: ChatMessage[] = [];
    const listening = (async () => {
      for await (const message of clientOf(replica).orderChat(outgoing, { signal })) received.push(message);
    })().catch(() => {});
    return {
      received: () => received.map(({ sequence, sender: from, text }) => `${sequence} ${from}: ${text}`),
      say(text: string) {
        unsent.push({ text });
        wake.resolve();
      },
      listening,
    };
  }

  it('deliver the messages of both replicas in the same order without gaps', async () => {
    const { id } = await clientOf(0).createOrder({ customerId: 'c' });
    const leave = new AbortController();
    const people = [0, 1, 0, 1].map((replica, i) => enter(replica, id, `person ${i}`, leave.signal));
    for (const person of people) for (let i = 0; i < 50; i++) person.say(`message ${i}`);
    for (const person of people) await expect.poll(() => person.received().length).toBe(200);
    const [first] = people;
    for (const person of people) expect(person.received()).toEqual(first?.received());
    expect(first?.received().map((line) => Number.parseInt(line, 10))).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    leave.abort();
    await Promise.all(people.map(({ listening }) => listening));
  });

  it('deliver messages while NATS is down, and after it is back', async () => {
    const { id } = await clientOf(0).createOrder({ customerId: 'c' });
    const leave = new AbortController();
    const [aoife, brian] = [enter(0, id, 'Aoife', leave.signal), enter(1, id, 'Brian', leave.signal)];
    aoife.say('one');
    await expect.poll(brian.received).toEqual(['1 Aoife: one']);
    const port = Number(new URL(nats.url).port);
    await nats.kill();
    aoife.say('two');
    await expect.poll(brian.received).toEqual(['1 Aoife: one', '2 Aoife: two']);
    nats = await startNats(port);
    brian.say('three');
    await expect.poll(aoife.received).toHaveLength(3);
    expect(aoife.received()).toEqual(['1 Aoife: one', '2 Aoife: two', '3 Brian: three']);
    leave.abort();
    await Promise.all([aoife.listening, brian.listening]);
  });

  it('recognize repeated requests of each other', async () => {
    const request = { customerId: 'c', requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const calls = Array.from({ length: 100 }, (_, i) => clientOf(i % 2).createOrder(request));
    expect(new Set((await Promise.all(calls)).map(({ id }) => id)).size).toBe(1);
  });

  it('neither lose nor duplicate acknowledged orders when one is killed under load', async () => {
    const create = async (replica: number, requestId: string) =>
      (await clientOf(replica).createOrder({ customerId: 'load', requestId })).id;
    const acknowledged = await writeDuringFailover(create, () => void replicas[0]?.end('SIGKILL'));
    const stored: string[] = [];
    for await (const { id } of clientOf(1).listOrders({ customerId: 'load' })) stored.push(id);
    expect(stored.sort()).toEqual([...acknowledged.values()].sort());
  });

  it('keep serving after PostgreSQL has crashed and recovered', async () => {
    const { id } = await clientOf(0).createOrder({ customerId: 'c' });
    for (let i = 0; i < 5; i++) {
      await postgres().killOneBackend();
      const request = { customerId: 'c', requestId: crypto.randomUUID() };
      const [order, found] = await Promise.all([
        whenAvailable(() => clientOf(0).createOrder(request)),
        whenAvailable(() => clientOf(1).getOrder({ id })),
      ]);
      expect(found.id).toBe(id);
      expect((await whenAvailable(() => clientOf(1).getOrder({ id: order.id }))).customerId).toBe('c');
    }
  });
}

/** Retries as a client would, because on a busy machine PostgreSQL may recover more slowly than the service retries. */
async function whenAvailable<T>(call: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await call();
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unavailable) throw error;
    }
  }
}
