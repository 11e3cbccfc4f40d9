import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { headerList } from '../headers/header-list.ts';
import type { Limits } from '../limits/limits.ts';
import { data, heldFields, literals, RawClient, request, requestFields, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import { Recorders } from '../testing/recorder.ts';
import { SummaryHandler, startServer } from '../testing/test-server.ts';

const { HEADERS, PRIORITY, RST_STREAM, PING, WINDOW_UPDATE, CONTINUATION } = FrameType;
const { ENHANCE_YOUR_CALM, CANCEL } = ErrorCode;
const { END_HEADERS, END_STREAM } = Flag;
const cancel = uint32s(CANCEL);
const ping = frame(PING, 0, 0, Buffer.alloc(8));
const kibi = 1024;

const times = (count: number, make: (index: number) => Uint8Array) =>
  Array.from({ length: count }, (_, index) => make(index));
/** The id of the stream with this index, from 0. */
const id = (index: number) => 2 * index + 1;
const held = (streamId: number) => request(streamId, 0, heldFields);

interface Flood {
  readonly name: string;
  readonly limits: Partial<Limits>;
  /** The largest burst that is allowed. */
  readonly allowed: readonly Uint8Array[];
  /** Further frames, enough to exceed the limit. */
  readonly more: Uint8Array;
}

/** Violations that make us reset an open stream, as in MadeYouReset. */
const provocations: Record<string, (streamId: number) => Uint8Array> = {
  'WINDOW_UPDATE of 0': (streamId) => frame(WINDOW_UPDATE, 0, streamId, uint32s(0)),
  'a window overflow': (streamId) => frame(WINDOW_UPDATE, 0, streamId, uint32s(2 ** 31 - 1)),
  'an invalid size of PRIORITY': (streamId) => frame(PRIORITY, 0, streamId, Buffer.alloc(4)),
  'a stream that depends on itself': (streamId) =>
    frame(PRIORITY, 0, streamId, Buffer.concat([uint32s(streamId), Buffer.alloc(1)])),
  'trailers without END_STREAM': (streamId) => frame(HEADERS, END_HEADERS, streamId, literals([['a', 'b']])),
  'DATA beyond the window': (streamId) => Buffer.concat(times(5, () => data(streamId, 16_384))),
};

const floods: Flood[] = [
  {
    name: 'rapid reset (CVE-2023-44487)',
    limits: { resetsPerSecond: 2 },
    allowed: times(10, (index) => Buffer.concat([held(id(index)), frame(RST_STREAM, 0, id(index), cancel)])),
    more: Buffer.concat([held(21), frame(RST_STREAM, 0, 21, cancel)]),
  },
  ...Object.entries(provocations).map(([name, provoke]) => ({
    name: `MadeYouReset (CVE-2025-8671) by ${name}`,
    limits: { resetsPerSecond: 2, streamWindowBytes: 65_535 },
    allowed: times(10, (index) => Buffer.concat([held(id(index)), provoke(id(index))])),
    more: Buffer.concat([held(21), provoke(21)]),
  })),
  {
    name: 'malformed requests',
    limits: { resetsPerSecond: 2 },
    allowed: times(10, (index) => request(id(index), END_STREAM, [['A', 'b']])),
    more: request(21, END_STREAM, [['A', 'b']]),
  },
  {
    name: 'streams beyond the limit of concurrent streams',
    limits: { resetsPerSecond: 2, concurrentStreams: 1 },
    allowed: times(11, (index) => held(id(index))),
    more: held(23),
  },
  ...Object.entries({
    'PING flood (CVE-2019-9512)': ping,
    'SETTINGS flood (CVE-2019-9515)': settings([1, 0]),
    'PRIORITY flood (CVE-2019-9513)': frame(PRIORITY, 0, 99, Buffer.from([0, 0, 0, 1, 1])),
    'WINDOW_UPDATE flood': frame(WINDOW_UPDATE, 0, 0, uint32s(1)),
    'SETTINGS acknowledgement flood': frame(FrameType.SETTINGS, Flag.ACK, 0),
    'PING acknowledgement flood': frame(PING, Flag.ACK, 0, Buffer.alloc(8)),
    'GOAWAY flood': frame(FrameType.GOAWAY, 0, 0, Buffer.alloc(8)),
    'RST_STREAM flood on a closed stream': frame(RST_STREAM, 0, 1, cancel),
    'flood of unknown frames': frame(0xbe, 0, 0),
    'empty DATA flood (CVE-2019-9518)': data(3, 0),
    'flood of DATA with only padding': frame(FrameType.DATA, Flag.PADDED, 3, Buffer.from([1, 0])),
  }).map(([name, flood]) => ({
    name,
    limits: { pingsPerSecond: 10, settingsPerSecond: 10, controlFramesPerSecond: 10, emptyFramesPerSecond: 10 },
    // The handshake and `settle` send one more frame of each limited kind: SETTINGS, its acknowledgement, PING.
    allowed: [held(1), frame(RST_STREAM, 0, 1, cancel), held(3), ...times(9, () => flood)],
    // These frames need more tokens than the bucket refills in the meantime, even on a slow machine.
    more: Buffer.concat(times(20, () => flood)),
  })),
];

describe('the flood guard', () => {
  it.each(floods)(
    'accepts the allowed burst of $name, and ends the connection beyond it',
    async ({ limits, allowed, more }) => {
      await using server = await startServer({ limits, accept: new Recorders().accept });
      using client = await RawClient.connect(server.port);
      client.send(...allowed);
      await client.settle();
      client.send(more, ping);
      expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
      await client.closed;
      expect((await server.ended()).by).toBe('local');
    },
  );
});

describe('the flood guard', () => {
  it('ends the connection for an empty DATA flood on a stream with an early response', async () => {
    await using server = await startServer({
      accept(stream) {
        stream.sendHeaders(headerList([[':status', '200']]), true);
        return new SummaryHandler(stream);
      },
      limits: { emptyFramesPerSecond: 10 },
    });
    using client = await RawClient.connect(server.port);
    client.send(request(1, 0), ...times(30, () => data(1, 0)));
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('allows more PING when responses are sent, because clients measure round trips', async () => {
    await using server = await startServer({ limits: { pingsPerSecond: 5 } });
    using client = await RawClient.connect(server.port);
    client.send(...times(100, (index) => Buffer.concat([request(id(index)), ping])));
    await client.next(({ type, streamId }) => type === FrameType.DATA && streamId === 199);
    await client.settle();
  });

  it('allows four WINDOW_UPDATE for each opened stream, as grpcio sends them', async () => {
    await using server = await startServer({
      limits: { controlFramesPerSecond: 5 },
      accept: new Recorders().accept,
    });
    using client = await RawClient.connect(server.port);
    const update = (streamId: number) => frame(WINDOW_UPDATE, 0, streamId, uint32s(1));
    client.send(...times(100, (index) => Buffer.concat([held(id(index)), ...times(4, () => update(id(index)))])));
    await client.settle();
    client.send(...times(6, () => update(0)), ping);
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('allows twenty WINDOW_UPDATE for each frame of a response, as grpcio sends them after each message', async () => {
    await using server = await startServer({ limits: { controlFramesPerSecond: 5 } });
    using client = await RawClient.connect(server.port);
    const update = frame(WINDOW_UPDATE, 0, 0, uint32s(1));
    client.send(request(1));
    await client.next(({ type, streamId }) => type === FrameType.DATA && streamId === 1);
    client.send(...times(44, () => update));
    await client.settle();
    client.send(...times(6, () => update), ping);
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });
});

describe('CONTINUATION flood (CVE-2024-27316)', () => {
  it.each([
    ['many frames', { continuationFrames: 4 }, 10, 5],
    ['a large block in a few frames', { headerBlockBytes: 20 * kibi }, 16 * kibi, 1],
    ['a large block in one frame', { headerBlockBytes: 15 * kibi }, 15 * kibi + 1, 0],
    ['empty frames', { continuationFrames: 1_000, emptyFramesPerSecond: 10 }, 0, 11],
  ])('with %s ends the connection', async (_name, limits, bytes, frames) => {
    await using server = await startServer({ limits });
    using client = await RawClient.connect(server.port);
    const fragment = Buffer.alloc(bytes, 0x82);
    client.send(frame(HEADERS, END_STREAM, 1, Buffer.alloc(Math.max(bytes, 1), 0x82)));
    client.send(...times(frames, () => frame(CONTINUATION, 0, 1, fragment)));
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('counts an incomplete block as memory of the connection, until it is complete', async () => {
    const counted: number[] = [];
    await using server = await startServer({ onBuffered: (bytes) => counted.push(bytes) });
    using client = await RawClient.connect(server.port);
    // The handshake must end first, because no other frame may interrupt a header block.
    await client.settle();
    const half = Buffer.alloc(16 * kibi, 0x82);
    client.send(frame(HEADERS, END_STREAM, 1, half), frame(CONTINUATION, 0, 1, half));
    await expect.poll(() => Math.max(...counted)).toBeGreaterThanOrEqual(32 * kibi);
    client.send(frame(CONTINUATION, END_HEADERS, 1, Buffer.alloc(0)));
    await client.nextOf(HEADERS, 1);
    await expect.poll(() => counted.at(-1)).toBeLessThan(kibi);
  });

  it('accepts a header block with as many CONTINUATION frames as are allowed', async () => {
    await using server = await startServer({ limits: { continuationFrames: 4 } });
    using client = await RawClient.connect(server.port);
    const block = literals(requestFields);
    client.send(frame(HEADERS, END_STREAM, 1, block.subarray(0, 2)));
    for (let at = 2; at < 8; at += 2) client.send(frame(CONTINUATION, 0, 1, block.subarray(at, at + 2)));
    client.send(frame(CONTINUATION, END_HEADERS, 1, block.subarray(8)));
    await client.nextOf(HEADERS, 1);
  });
});

describe('HPACK bomb (CVE-2016-6581)', () => {
  /** Inserts a field of 4,000 bytes into the table, and refers to it many times with one byte. */
  const bomb = Buffer.concat([
    literals(requestFields),
    Buffer.from([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e]),
    Buffer.alloc(4_000, 0x62),
    Buffer.alloc(10_000, 0x80 | 62),
  ]);

  it('in request headers receives status 431 and does not reach a handler', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb), request(3));
    const { payload, flags } = await client.nextOf(HEADERS, 1);
    expect(payload.includes('431')).toBe(true);
    expect(flags).toBe(END_HEADERS | END_STREAM);
    expect((await recorders.at(0)).stream.id).toBe(3);
  });

  it('in trailers resets the stream', async () => {
    await using server = await startServer();
    using client = await RawClient.connect(server.port);
    client.send(held(1), frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb));
    expect(await client.reset(1)).toBe(ENHANCE_YOUR_CALM);
  });
});

describe('a flood of empty header names (CVE-2019-9516)', () => {
  it('counts 32 bytes for each field and receives status 431', async () => {
    await using server = await startServer({ limits: { headerListBytes: 10 * kibi } });
    using client = await RawClient.connect(server.port);
    // Each field has two bytes on the wire, but counts as 32.
    client.send(request(1, END_STREAM, [...requestFields, ...Array.from({ length: 400 }, () => ['', ''] as const)]));
    expect((await client.nextOf(HEADERS, 1)).payload.includes('431')).toBe(true);
  });
});

describe('a peer that does not read the responses it requested', () => {
  const mebi = kibi * kibi;
  /** Responds with the number of bytes in the path. */
  const large = (stream: ConstructorParameters<typeof SummaryHandler>[0]) => {
    stream.sendHeaders(headerList([[':status', '200']]));
    stream.sendData(new Uint8Array(), Buffer.alloc(Number(stream.headers.path.slice(1))), true);
    return new SummaryHandler(stream);
  };
  const requestFor = (streamId: number, bytes: number) =>
    request(
      streamId,
      END_STREAM,
      requestFields.map(([name, value]) => [name, name === ':path' ? `/${bytes}` : value]),
    );

  it('with a stream window of zero (slow read) has its stream reset', async () => {
    await using server = await startServer({ accept: large, limits: { zeroWindowMs: 100 } });
    using client = await RawClient.connect(server.port, settings([4, 0]));
    client.send(requestFor(1, 10));
    expect(await client.reset(1)).toBe(ENHANCE_YOUR_CALM);
    await client.settle();
  });

  it('with an exhausted connection window has its streams reset', async () => {
    await using server = await startServer({ accept: large, limits: { zeroWindowMs: 100 } });
    using client = await RawClient.connect(server.port, settings([4, 2 ** 31 - 1]));
    client.send(requestFor(1, 65_535), requestFor(3, 10));
    expect(await client.reset(3)).toBe(ENHANCE_YOUR_CALM);
    expect(client.dataBytes(1)).toBe(65_535);
  });

  it('from its socket (data dribble, CVE-2019-9511) has its connection ended', async () => {
    await using server = await startServer({ accept: large, limits: { stallMs: 300 } });
    using client = await RawClient.connect(server.port, settings([4, 2 ** 31 - 1]));
    client.socket.pause();
    client.send(frame(WINDOW_UPDATE, 0, 0, uint32s(2 ** 31 - 65_536)), requestFor(1, 15 * mebi));
    expect(await server.ended()).toMatchObject({ code: ENHANCE_YOUR_CALM, message: 'timeout: the peer does not read' });
  });

  it('but sends more frames has its socket paused until it has read some of the responses', async () => {
    await using server = await startServer({ limits: { pingsPerSecond: 10_000_000 } });
    using client = await RawClient.connect(server.port);
    await client.settle();
    const [connection] = server.connections;
    const { socket } = connection as NonNullable<typeof connection>;
    const isPaused = once(socket, 'pause').then(() => true);
    client.socket.pause();
    // The number of requests that fit into one turn of the event loop.
    const atOnce = 100_000;
    const pings = Buffer.concat(times(atOnce, () => ping));
    let count = 0;
    const sendPings = () => {
      count += atOnce;
      return new Promise<boolean>((resolve) => client.socket.write(pings, () => resolve(false)));
    };
    while (!(await Promise.race([isPaused, sendPings()])));
    expect(socket.writableLength).toBeLessThan(kibi * kibi);
    let receivedBytes = 0;
    client.socket.removeAllListeners('data');
    client.socket.on('data', (bytes) => {
      receivedBytes += bytes.length;
    });
    client.socket.resume();
    while (receivedBytes < count * ping.length) await once(client.socket, 'data');
  });
});
