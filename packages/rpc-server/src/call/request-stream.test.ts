import { Code, ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Request } from './codec.ts';
import type { RequestCall } from './request-reader.ts';
import { RequestStream } from './request-stream.ts';

afterEach(() => void vi.restoreAllMocks());

const compressed = 1;

const later: Compression['compress'] = (bytes) =>
  new Promise((resolve) => setImmediate(resolve, new Uint8Array(bytes)));
const decompressLater: Compression = { name: 'later', compress: later, decompress: later };

/**
 * A stream of messages that are texts. Decompressing one takes a turn of the event loop. `bad` is an invalid message.
 */
function create(methodKind = 'client_streaming') {
  const calls = { consumed: 0, readAhead: 0, discarded: 0, memory: 0 };
  const stream = {
    consume: (count: number) => {
      calls.consumed += count;
    },
    readAhead: () => {
      calls.readAhead += 1;
    },
    discard: () => {
      calls.discarded += 1;
    },
  };
  const codec = {
    parse(bytes: Uint8Array, start?: number, end?: number): Request {
      const text = Buffer.from(bytes.subarray(start, end)).toString();
      if (text === 'bad') throw new ConnectError('bad', Code.InvalidArgument);
      return { $typeName: text };
    },
  };
  const call = {
    stream,
    codec,
    headers: { requestCompression: decompressLater },
    config: { maxMessageElements: 1_000, messageGapMs: 1_000 },
    maxRequestBytes: 100,
    desc: { methodKind },
    takeMessage: () => 0,
    take: (bytes: number) => {
      calls.memory += bytes;
      return true;
    },
    release: (bytes: number) => {
      calls.memory -= bytes;
    },
    holdDecompressed() {},
  } as unknown as RequestCall;
  const requests = new RequestStream(call);
  const push = (text: string, flags = 0) => {
    const bytes = Buffer.concat([Buffer.from([flags, 0, 0, 0, text.length]), Buffer.from(text)]);
    requests.onData(bytes, 0, bytes.length);
  };
  return { requests, push, calls };
}

const texts = async (requests: AsyncIterable<Request>) => {
  const found: string[] = [];
  for await (const { $typeName } of requests) found.push($typeName);
  return found;
};

const gone = new ConnectError('gone', Code.Canceled);
const done = { done: true, value: undefined };
const result = (text: string) => ({ done: false, value: { $typeName: text } });

describe('a stream of requests', () => {
  it('yields messages that have arrived, and those that arrive later', async () => {
    const { requests, push } = create();
    push('one');
    const found = texts(requests);
    await new Promise(setImmediate);
    push('two');
    push('three');
    requests.onEnd();
    expect(await found).toEqual(['one', 'two', 'three']);
  });

  it('keeps the order when a handler requests several messages at once and some are compressed', async () => {
    const { requests, push } = create();
    push('one', compressed);
    push('two');
    const results = [requests.next(), requests.next(), requests.next()];
    push('three', compressed);
    expect(await Promise.all(results)).toEqual(['one', 'two', 'three'].map(result));
  });

  it('reopens the window as messages are read, and ahead of an incomplete one', async () => {
    const { requests, push, calls } = create();
    push('one');
    push('two');
    expect(calls).toMatchObject({ consumed: 0, readAhead: 0 });
    await requests.next();
    expect(calls).toMatchObject({ consumed: 8, readAhead: 0 });
    await requests.next();
    const three = requests.next();
    requests.onData(Buffer.from([0, 0, 0]), 0, 3);
    expect(calls).toMatchObject({ consumed: 16, readAhead: 1 });
    requests.onData(Buffer.from([0, 1, 51]), 0, 3);
    expect(await three).toEqual(result('3'));
    expect(calls).toEqual({ consumed: 22, readAhead: 1, discarded: 0, memory: 6 });
  });

  it('holds the memory of a message until the handler requests the next one, or stops', async () => {
    const { requests, push, calls } = create();
    push('one');
    push('two');
    await requests.next();
    expect(calls.memory).toBe(16);
    await requests.next();
    expect(calls.memory).toBe(8);
    push('three');
    await requests.return();
    expect(calls.memory).toBe(8);
  });

  it('lets other work run between messages that have all arrived', async () => {
    const { requests, push } = create();
    for (let count = 0; count < 1_000; count++) push('x'.repeat(95));
    requests.onEnd();
    let read = 0;
    const readBefore = new Promise<number>((resolve) => setImmediate(() => resolve(read)));
    for await (const _ of requests) read++;
    expect(read).toBe(1_000);
    expect(await readBefore).toBeLessThan(500);
  });

  it('has a message timeout that starts when the handler waits for a message', async () => {
    const { requests, push } = create();
    const before = performance.now();
    const next = requests.next();
    const { timeoutAt } = requests;
    expect(timeoutAt).toBeGreaterThanOrEqual(before + 1_000);
    expect(requests.timeoutAt).toBe(timeoutAt);
    push('one');
    await next;
    expect(requests.timeoutAt).toBeGreaterThan(timeoutAt);
  });

  it('has no message timeout in a bidirectional call after its first message, except within a message', async () => {
    const { requests, push } = create('bidi_streaming');
    expect(requests.timeoutAt).toBeLessThan(Number.POSITIVE_INFINITY);
    push('one');
    await requests.next();
    const next = requests.next();
    expect(requests.timeoutAt).toBe(Number.POSITIVE_INFINITY);
    vi.spyOn(performance, 'now').mockReturnValue(5_000_000);
    requests.onData(Buffer.from([0, 0, 0]), 0, 3);
    expect(requests.timeoutAt).toBe(5_001_000);
    requests.onData(Buffer.from([0, 1, 51]), 0, 3);
    expect(await next).toEqual(result('3'));
    expect(requests.timeoutAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('ends with an error after the messages before it', async () => {
    const { requests, push, calls } = create();
    push('one');
    push('bad');
    push('three');
    expect(await requests.next()).toEqual(result('one'));
    await expect(requests.next()).rejects.toMatchObject({ code: Code.InvalidArgument });
    expect(await requests.next()).toEqual(done);
    expect(calls.discarded).toBe(1);
  });

  it('refuses an incomplete envelope at its end, and flags of responses', async () => {
    const { requests } = create();
    requests.onData(Buffer.from([0, 0, 0]), 0, 3);
    requests.onEnd();
    await expect(requests.next()).rejects.toMatchObject({ code: Code.InvalidArgument });
    for (const flags of [0b10, 0b1000_0000]) {
      const { requests: flagged, push } = create();
      push('one', flags);
      await expect(flagged.next()).rejects.toMatchObject({ code: Code.InvalidArgument });
    }
  });

  it('that is stopped rejects with the reason, for a handler that waits and for one that reads later', async () => {
    const { requests } = create();
    const waiting = requests.next();
    requests.stop(() => gone);
    await expect(waiting).rejects.toBe(gone);
    expect(await requests.next()).toEqual(done);
    const late = create().requests;
    late.stop(() => gone);
    await expect(late.next()).rejects.toBe(gone);
  });

  it('drops messages that arrive after its handler has stopped reading', async () => {
    const { requests, push, calls } = create();
    push('one');
    await requests.return();
    push('two');
    expect(await requests.next()).toEqual(done);
    expect(calls).toEqual({ consumed: 0, readAhead: 0, discarded: 1, memory: 0 });
  });
});
