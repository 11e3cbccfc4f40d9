import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { RequestMessages } from './request-messages.ts';

const compressed = 1;

/** Messages that are texts; one that is flagged takes its time, and `bad` is none. */
function create() {
  const told = { consumed: 0, readAhead: 0, discarded: 0 };
  const messages = new RequestMessages<string>({
    maxMessageBytes: 100,
    decode(flags, bytes) {
      const text = Buffer.from(bytes).toString();
      if (text === 'bad') throw new ConnectError('bad', Code.InvalidArgument);
      return flags === compressed ? new Promise((resolve) => setImmediate(resolve, text)) : text;
    },
    consume(count) {
      told.consumed += count;
    },
    readAhead() {
      told.readAhead += 1;
    },
    discard() {
      told.discarded += 1;
    },
  });
  const push = (text: string, flags = 0) => {
    const bytes = Buffer.concat([Buffer.from([flags, 0, 0, 0, text.length]), Buffer.from(text)]);
    messages.push(bytes, 0, bytes.length);
  };
  return { messages, push, told };
}

const values = async (messages: AsyncIterable<string>) => {
  const found: string[] = [];
  for await (const message of messages) found.push(message);
  return found;
};

describe('RequestMessages', () => {
  it('gives what has come, and what comes', async () => {
    const { messages, push } = create();
    push('one');
    const found = values(messages);
    await new Promise(setImmediate);
    push('two');
    push('three');
    messages.end();
    expect(await found).toEqual(['one', 'two', 'three']);
  });

  it('keeps the order of those who ask at once, whatever takes its time', async () => {
    const { messages, push } = create();
    push('one', compressed);
    push('two');
    const asked = [messages.next(), messages.next(), messages.next()];
    push('three', compressed);
    const found = await Promise.all(asked);
    expect(found.map(({ value }) => value)).toEqual(['one', 'two', 'three']);
  });

  it('lets the client send more only as messages are read, or when one is not whole, which still counts', async () => {
    const { messages, push, told } = create();
    push('one');
    push('two');
    expect(told).toMatchObject({ consumed: 0, readAhead: 0 });
    await messages.next();
    expect(told).toMatchObject({ consumed: 8, readAhead: 0 });
    await messages.next();
    const three = messages.next();
    messages.push(Buffer.from([0, 0, 0]), 0, 3);
    expect(told).toMatchObject({ consumed: 16, readAhead: 1 });
    messages.push(Buffer.from([0, 1, 51]), 0, 3);
    expect(await three).toMatchObject({ value: '3' });
    expect(told).toEqual({ consumed: 22, readAhead: 1, discarded: 0 });
  });

  it('knows since when somebody waits', async () => {
    const { messages, push } = create();
    expect(messages.waitingSince).toBeUndefined();
    const next = messages.next();
    expect(messages.waitingSince).toBeGreaterThan(0);
    push('one');
    await next;
    expect(messages.waitingSince).toBeUndefined();
  });

  it('is over after an error, after what came before it', async () => {
    const { messages, push, told } = create();
    push('one');
    push('bad');
    push('three');
    expect(await messages.next()).toMatchObject({ value: 'one' });
    await expect(messages.next()).rejects.toMatchObject({ code: Code.InvalidArgument });
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    expect(told.discarded).toBe(1);
  });

  it('ends with INVALID_ARGUMENT when the last message is cut off', async () => {
    const { messages } = create();
    messages.push(Buffer.from([0, 0, 0]), 0, 3);
    messages.end();
    await expect(messages.next()).rejects.toMatchObject({ code: Code.InvalidArgument });
  });

  it('rejects who waits, and who asks later, when it is interrupted', async () => {
    const { messages } = create();
    const waiting = messages.next();
    messages.interrupt(new ConnectError('gone', Code.Canceled));
    await expect(waiting).rejects.toMatchObject({ code: Code.Canceled });
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    const late = create().messages;
    late.interrupt(new ConnectError('gone', Code.Canceled));
    await expect(late.next()).rejects.toMatchObject({ code: Code.Canceled });
  });

  it('drops what comes after its reader has left', async () => {
    const { messages, push, told } = create();
    push('one');
    await messages.return();
    push('two');
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    expect(told).toEqual({ consumed: 0, readAhead: 0, discarded: 1 });
  });
});
