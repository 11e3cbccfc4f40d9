import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { type ChatMessage, type ChatMessageSchema, OrderService } from '@example/protos/order/v1';
import type { RunningServer } from '@example/rpc-server';
import { failureOf, fieldsAtFault, silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrderService } from './start.ts';

let folder: string;
let server: RunningServer;
let orderId: string;

const open = () =>
  startOrderService({ server: testConfig, database: { kind: 'sqlite', path: join(folder, 'order.db') } }, silentLogger);
const orderClient = () => createClient(OrderService, createGrpcTransport({ baseUrl: server.url }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'order-chat-'));
  server = await open();
  ({ id: orderId } = await orderClient().createOrder({ customerId: 'c' }));
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

type Input = MessageInitShape<typeof ChatMessageSchema>;

/** The stream of one participant. */
class Person {
  readonly #unsent: Input[];
  #wake = Promise.withResolvers<void>();
  #left = false;
  readonly #abort = new AbortController();
  readonly #received: AsyncIterator<ChatMessage>;

  constructor(...first: Input[]) {
    this.#unsent = first;
    this.#received = orderClient().orderChat(this.#sending(), { signal: this.#abort.signal })[Symbol.asyncIterator]();
  }

  async *#sending(): AsyncIterable<Input> {
    while (true) {
      yield* this.#unsent.splice(0);
      if (this.#left) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  say(text: string, more: Input = {}): void {
    this.#unsent.push({ text, ...more });
    this.#wake.resolve();
  }

  leave(): void {
    this.#left = true;
    this.#wake.resolve();
  }

  breakOff(): void {
    this.#abort.abort();
  }

  /** The next `count` messages in the form `1 text`. */
  async receive(count: number): Promise<string[]> {
    const received: string[] = [];
    while (received.length < count) {
      const { done, value } = await this.#received.next();
      if (done === true) throw new Error(`the stream ended after ${received.join(', ')}`);
      received.push(`${value.sequence} ${value.text}`);
    }
    return received;
  }

  /** All messages until the end of the stream. */
  async receiveAll(): Promise<string[]> {
    const received: string[] = [];
    for (let next = await this.#received.next(); next.done !== true; next = await this.#received.next()) {
      received.push(`${next.value.sequence} ${next.value.text}`);
    }
    return received;
  }
}

const enter = (sender: string, more: Input = {}) => new Person({ orderId, sender, ...more });

describe('a chat room', () => {
  it('sends each message to everyone, including the sender, in the same order', async () => {
    const aoife = enter('Aoife', { text: 'hello' });
    expect(await aoife.receive(1)).toEqual(['1 hello']);
    const cillian = enter('Cillian');
    expect(await cillian.receive(1)).toEqual(['1 hello']);
    cillian.say('hi');
    expect(await aoife.receive(1)).toEqual(['2 hi']);
    aoife.say('how are you?', { orderId, sender: 'Aoife' });
    expect(await cillian.receive(2)).toEqual(['2 hi', '3 how are you?']);
    aoife.leave();
    cillian.leave();
    expect(await aoife.receiveAll()).toEqual(['3 how are you?']);
    expect(await cillian.receiveAll()).toEqual([]);
  });

  it('assigns time and sequence to messages, and ignores those of the sender', async () => {
    const before = Date.now();
    const stream = orderClient().orderChat(
      (async function* (): AsyncIterable<Input> {
        yield { orderId, sender: 'Aoife' };
        yield { text: 'late', sequence: 99n, createTime: { seconds: 1n } };
      })(),
    );
    for await (const message of stream) {
      expect(message).toMatchObject({ orderId, sender: 'Aoife', text: 'late', sequence: 1n });
      expect(message.createTime && timestampDate(message.createTime).getTime()).toBeGreaterThanOrEqual(before);
    }
  });

  it('is separate from the room of another order', async () => {
    const { id: other } = await orderClient().createOrder({ customerId: 'c' });
    const elsewhere = new Person({ orderId: other, sender: 'Niamh', text: 'here' });
    expect(await elsewhere.receive(1)).toEqual(['1 here']);
    const aoife = enter('Aoife', { text: 'there' });
    expect(await aoife.receive(1)).toEqual(['1 there']);
    elsewhere.leave();
    expect(await elsewhere.receiveAll()).toEqual([]);
  });

  it('replays all messages or those after the given sequence, then stores the text of the first message', async () => {
    const aoife = enter('Aoife');
    for (const text of ['one', 'two', 'three']) aoife.say(text);
    aoife.leave();
    expect(await aoife.receiveAll()).toEqual(['1 one', '2 two', '3 three']);

    const all = enter('Cillian');
    all.leave();
    expect(await all.receiveAll()).toEqual(['1 one', '2 two', '3 three']);
    const rest = enter('Cillian', { sequence: 2n, text: 'four' });
    rest.leave();
    expect(await rest.receiveAll()).toEqual(['3 three', '4 four']);
    const none = enter('Cillian', { sequence: 4n });
    none.leave();
    expect(await none.receiveAll()).toEqual([]);
  });

  it('keeps its messages across a restart of the server', async () => {
    const aoife = enter('Aoife', { text: 'one' });
    aoife.leave();
    await aoife.receiveAll();
    await server.close();
    server = await open();
    const again = enter('Aoife', { text: 'two' });
    again.leave();
    expect(await again.receiveAll()).toEqual(['1 one', '2 two']);
  });

  it('gives eight concurrent senders the same messages without gaps', async () => {
    const people = Array.from({ length: 8 }, (_, i) => enter(`person ${i}`));
    for (let round = 0; round < 100; round++) for (const [i, person] of people.entries()) person.say(`${i}:${round}`);
    const received = await Promise.all(people.map((person) => person.receive(800)));
    for (const messages of received) expect(messages).toEqual(received[0]);
    expect(received[0]?.map((message) => Number.parseInt(message, 10))).toEqual(
      Array.from({ length: 800 }, (_, i) => i + 1),
    );
    for (const person of people) person.leave();
    await Promise.all(people.map((person) => person.receiveAll()));
  });

  it('ends the stream of a participant who leaves while others keep sending', async () => {
    const talker = enter('talker');
    let talking = true;
    const talk = (async () => {
      while (talking) {
        talker.say('bla');
        await talker.receive(1);
      }
    })();
    const aoife = enter('Aoife', { text: 'bye' });
    aoife.leave();
    expect((await aoife.receiveAll()).some((message) => message.endsWith(' bye'))).toBe(true);
    talking = false;
    await talk;
    talker.leave();
    await talker.receiveAll();
  });
});

describe('the input of OrderChat', () => {
  it.each<[string, (id: string) => Input[], string[]]>([
    ['no message at all', () => [], ['order_id']],
    ['no order', () => [{ sender: 'a', text: 'hi' }], ['order_id']],
    ['neither order nor sender', () => [{ text: 'hi' }], ['order_id', 'sender']],
    ['a sender too long', (id) => [{ orderId: id, sender: 'é'.repeat(101) }], ['sender']],
    ['a text too long', (id) => [{ orderId: id, sender: 'a', text: '😀'.repeat(4001) }], ['text']],
    ['a control character', (id) => [{ orderId: id, sender: 'a', text: 'a\rb' }], ['text']],
    ['a negative sequence', (id) => [{ orderId: id, sender: 'a', sequence: -1n }], ['sequence']],
    ['a sequence beyond the last', (id) => [{ orderId: id, sender: 'a', sequence: 1n, text: 'hi' }], ['sequence']],
    ['a sequence far beyond the last', (id) => [{ orderId: id, sender: 'a', sequence: 2n ** 63n - 1n }], ['sequence']],
    ['a later message without text', (id) => [{ orderId: id, sender: 'a' }, {}], ['text']],
    [
      'a later message of another sender',
      (id) => [
        { orderId: id, sender: 'a' },
        { sender: 'b', text: 'hi' },
      ],
      ['sender'],
    ],
    [
      'a later message to another order',
      (id) => [
        { orderId: id, sender: 'a' },
        { orderId: 'x', text: 'hi' },
      ],
      ['order_id'],
    ],
  ])('%s is INVALID_ARGUMENT and stores nothing', async (_, inputs, fields) => {
    const person = new Person(...inputs(orderId));
    person.leave();
    const error = await failureOf(person.receiveAll());
    expect(error.code).toBe(Code.InvalidArgument);
    expect(fieldsAtFault(error)).toEqual(fields);
    const reader = enter('reader');
    reader.leave();
    expect(await reader.receiveAll()).toEqual([]);
  });

  it('may be a text of 4,000 emoji, tabs and line feeds', async () => {
    const text = `${'😀'.repeat(3998)}\t\n`;
    const aoife = enter('Aoife', { text });
    aoife.leave();
    expect(await aoife.receiveAll()).toEqual([`1 ${text}`]);
  });

  it('fails with NOT_FOUND for a missing order', async () => {
    const person = new Person({ orderId: 'ord-none', sender: 'a', text: 'hi' });
    const error = await failureOf(person.receiveAll());
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'ORDER_NOT_FOUND', domain: 'order.example.com', metadata: { order_id: 'ord-none' } },
    ]);
  });

  it('fails at an invalid message, after the messages before it were acknowledged', async () => {
    const aoife = enter('Aoife', { text: 'one' });
    aoife.say('two');
    aoife.say('a\0b');
    aoife.say('three');
    expect(await aoife.receive(2)).toEqual(['1 one', '2 two']);
    expect((await failureOf(aoife.receiveAll())).code).toBe(Code.InvalidArgument);
    const reader = enter('reader');
    reader.leave();
    expect(await reader.receiveAll()).toEqual(['1 one', '2 two']);
  });

  it('leaves acknowledged messages and other streams intact when a stream is cancelled', async () => {
    const cillian = enter('Cillian');
    const aoife = enter('Aoife', { text: 'one' });
    expect(await aoife.receive(1)).toEqual(['1 one']);
    aoife.breakOff();
    expect((await failureOf(aoife.receiveAll())).code).toBe(Code.Canceled);
    cillian.say('two');
    expect(await cillian.receive(2)).toEqual(['1 one', '2 two']);
  });
});
