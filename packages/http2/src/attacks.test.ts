import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from './error-code.ts';
import { Flag, FrameType } from './frames/frame-type.ts';
import { headerList } from './headers/header-list.ts';
import type { Limits } from './limits/limits.ts';
import { Answer, startServer } from './testing/answer-server.ts';
import { data, heldFields, literals, RawClient, request, requestFields, settings } from './testing/raw-client.ts';
import { frame, uint32s } from './testing/raw-frames.ts';
import { Recorders } from './testing/recorder.ts';

const { HEADERS, PRIORITY, RST_STREAM, PING, WINDOW_UPDATE, CONTINUATION } = FrameType;
const { ENHANCE_YOUR_CALM, CANCEL } = ErrorCode;
const { END_HEADERS, END_STREAM } = Flag;
const cancel = uint32s(CANCEL);
const ping = frame(PING, 0, 0, Buffer.alloc(8));
const kibi = 1024;

const times = (count: number, make: (index: number) => Uint8Array) =>
  Array.from({ length: count }, (_, index) => make(index));
/** The number of the stream that is opened as `index`, from 0. */
const id = (index: number) => 2 * index + 1;
const held = (streamId: number) => request(streamId, 0, heldFields);

interface Flood {
  readonly name: string;
  readonly limits: Partial<Limits>;
  /** As many as are allowed at once. */
  readonly allowed: readonly Uint8Array[];
  /** At least one more. */
  readonly more: Uint8Array;
}

/** What a peer provokes us to reset, as in MadeYouReset: each a fault on a stream that is open. */
const provocations: Record<string, (streamId: number) => Uint8Array> = {
  'a window update of 0': (streamId) => frame(WINDOW_UPDATE, 0, streamId, uint32s(0)),
  'a window that overflows': (streamId) => frame(WINDOW_UPDATE, 0, streamId, uint32s(2 ** 31 - 1)),
  'PRIORITY of a wrong size': (streamId) => frame(PRIORITY, 0, streamId, Buffer.alloc(4)),
  'a stream that depends on itself': (streamId) =>
    frame(PRIORITY, 0, streamId, Buffer.concat([uint32s(streamId), Buffer.alloc(1)])),
  'trailers that do not end': (streamId) => frame(HEADERS, END_HEADERS, streamId, literals([['a', 'b']])),
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
    name: 'more buffered than a connection may',
    limits: { resetsPerSecond: 2, bufferedBytes: 1_000 },
    allowed: times(10, (index) => Buffer.concat([held(id(index)), data(id(index), 1_001)])),
    more: Buffer.concat([held(21), data(21, 1_001)]),
  },
  {
    name: 'requests that are malformed',
    limits: { resetsPerSecond: 2 },
    allowed: times(10, (index) => request(id(index), END_STREAM, [['A', 'b']])),
    more: request(21, END_STREAM, [['A', 'b']]),
  },
  {
    name: 'streams above the limit',
    limits: { resetsPerSecond: 2, concurrentStreams: 1 },
    allowed: times(11, (index) => held(id(index))),
    more: held(23),
  },
  ...Object.entries({
    'PING flood (CVE-2019-9512)': ping,
    'SETTINGS flood (CVE-2019-9515)': settings([1, 0]),
    'PRIORITY flood (CVE-2019-9513)': frame(PRIORITY, 0, 99, Buffer.from([0, 0, 0, 1, 1])),
    'WINDOW_UPDATE flood': frame(WINDOW_UPDATE, 0, 0, uint32s(1)),
    'a flood of acknowledgements of SETTINGS': frame(FrameType.SETTINGS, Flag.ACK, 0),
    'a flood of answers to PING': frame(PING, Flag.ACK, 0, Buffer.alloc(8)),
    'a flood of GOAWAY': frame(FrameType.GOAWAY, 0, 0, Buffer.alloc(8)),
    'a flood of RST_STREAM of a closed stream': frame(RST_STREAM, 0, 1, cancel),
    'a flood of unknown frames': frame(0xbe, 0, 0),
    'empty DATA (CVE-2019-9518)': data(3, 0),
    'DATA of padding only': frame(FrameType.DATA, Flag.PADDED, 3, Buffer.from([1, 0])),
  }).map(([name, flood]) => ({
    name,
    limits: { pingsPerSecond: 10, settingsPerSecond: 10, controlFramesPerSecond: 10, emptyFramesPerSecond: 10 },
    // One of a kind is said besides: SETTINGS, their acknowledgement, or PING.
    allowed: [held(1), frame(RST_STREAM, 0, 1, cancel), held(3), ...times(9, () => flood)],
    // More than are earned meanwhile on a slow machine.
    more: Buffer.concat(times(20, () => flood)),
  })),
];

describe('as many as the limit allows are answered, and one more ends the connection:', () => {
  it.each(floods)('$name', async ({ limits, allowed, more }) => {
    await using server = await startServer({ limits, accept: new Recorders().accept });
    using client = await RawClient.connect(server.port);
    client.send(...allowed);
    await client.settle();
    client.send(more, ping);
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
    await client.closed;
    expect((await server.ended()).by).toBe('server');
  });
});

describe('the rates allow', () => {
  it('no end of empty DATA on a stream that was answered', async () => {
    await using server = await startServer({
      accept(stream) {
        stream.sendHeaders(headerList([[':status', '200']]), true);
        return new Answer(stream);
      },
      limits: { emptyFramesPerSecond: 10 },
    });
    using client = await RawClient.connect(server.port);
    client.send(request(1, 0), ...times(30, () => data(1, 0)));
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('more PING when there are answers: clients measure round trips', async () => {
    await using server = await startServer({ limits: { pingsPerSecond: 5 } });
    using client = await RawClient.connect(server.port);
    client.send(...times(100, (index) => Buffer.concat([request(id(index)), ping])));
    await client.next(({ type, streamId }) => type === FrameType.DATA && streamId === 199);
    await client.settle();
  });

  it('four WINDOW_UPDATE for a stream that is not answered: grpcio opens the window of each that it begins', async () => {
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

  it('twenty WINDOW_UPDATE for a frame that answers: grpcio gives the window back after each message in it', async () => {
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
    ['much in a few', { headerBlockBytes: 20 * kibi }, 16 * kibi, 1],
    ['much in one', { headerBlockBytes: 15 * kibi }, 15 * kibi + 1, 0],
    ['empty frames', { continuationFrames: 1_000, emptyFramesPerSecond: 10 }, 0, 11],
  ])('of %s ends the connection', async (_name, limits, bytes, frames) => {
    await using server = await startServer({ limits });
    using client = await RawClient.connect(server.port);
    const fragment = Buffer.alloc(bytes, 0x82);
    client.send(frame(HEADERS, END_STREAM, 1, Buffer.alloc(Math.max(bytes, 1), 0x82)));
    client.send(...times(frames, () => frame(CONTINUATION, 0, 1, fragment)));
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('is not a header block in as many frames as are allowed', async () => {
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
  /** A field of 4,000 bytes in the table, and many one-byte references to it. */
  const bomb = Buffer.concat([
    literals(requestFields),
    Buffer.from([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e]),
    Buffer.alloc(4_000, 0x62),
    Buffer.alloc(10_000, 0x80 | 62),
  ]);

  it('is answered with status 431, and keeps no more than the limit', async () => {
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

describe('empty names (CVE-2019-9516)', () => {
  it('are malformed, and count', async () => {
    await using server = await startServer({ limits: { headerListBytes: 10 * kibi } });
    using client = await RawClient.connect(server.port);
    // Two bytes each that count as 32.
    client.send(request(1, END_STREAM, [...requestFields, ...Array.from({ length: 400 }, () => ['', ''] as const)]));
    expect((await client.nextOf(HEADERS, 1)).payload.includes('431')).toBe(true);
  });
});

describe('a peer that does not take what it asked for', () => {
  const mebi = kibi * kibi;
  /** Answers with as many bytes as the path says. */
  const large = (stream: ConstructorParameters<typeof Answer>[0]) => {
    stream.sendHeaders(headerList([[':status', '200']]));
    stream.sendData(new Uint8Array(), Buffer.alloc(Number(stream.headers.path.slice(1))), true);
    return new Answer(stream);
  };
  const asking = (streamId: number, bytes: number) =>
    request(
      streamId,
      END_STREAM,
      requestFields.map(([name, value]) => [name, name === ':path' ? `/${bytes}` : value]),
    );

  it('by a window of zero (slow read): its stream is reset', async () => {
    await using server = await startServer({ accept: large, limits: { zeroWindowMs: 100 } });
    using client = await RawClient.connect(server.port, settings([4, 0]));
    client.send(asking(1, 10));
    expect(await client.reset(1)).toBe(ENHANCE_YOUR_CALM);
    await client.settle();
  });

  it('by the window of the connection: its streams are reset', async () => {
    await using server = await startServer({ accept: large, limits: { zeroWindowMs: 100 } });
    using client = await RawClient.connect(server.port, settings([4, 2 ** 31 - 1]));
    client.send(asking(1, 65_535), asking(3, 10));
    expect(await client.reset(3)).toBe(ENHANCE_YOUR_CALM);
    expect(client.dataBytes(1)).toBe(65_535);
  });

  it('by many streams (internal data buffering, CVE-2019-9517): those that would queue too much are reset', async () => {
    await using server = await startServer({ accept: large, limits: { bufferedBytes: 100_000 } });
    using client = await RawClient.connect(server.port, settings([4, 0]));
    client.send(asking(1, 60_000), asking(3, 60_000), asking(5, 40_000));
    expect(await client.reset(3)).toBe(ENHANCE_YOUR_CALM);
    client.send(frame(WINDOW_UPDATE, 0, 1, uint32s(60_000)));
    await client.next(() => client.dataBytes(1) === 60_000);
  });

  it('by TCP (data dribble, CVE-2019-9511): the connection ends', async () => {
    await using server = await startServer({ accept: large, limits: { stallMs: 300 } });
    using client = await RawClient.connect(server.port, settings([4, 2 ** 31 - 1]));
    client.socket.pause();
    client.send(frame(WINDOW_UPDATE, 0, 0, uint32s(2 ** 31 - 65_536)), asking(1, 15 * mebi));
    expect(await server.ended()).toMatchObject({ code: ENHANCE_YOUR_CALM, message: 'the peer does not read' });
  });

  it('but asks on: it is not read from until it has taken some', async () => {
    await using server = await startServer({ limits: { pingsPerSecond: 10_000_000 } });
    using client = await RawClient.connect(server.port);
    await client.settle();
    const [connection] = server.connections;
    const { socket } = connection as NonNullable<typeof connection>;
    const isPaused = once(socket, 'pause').then(() => true);
    client.socket.pause();
    // As much as may be read in one turn.
    const atOnce = 100_000;
    const pings = Buffer.concat(times(atOnce, () => ping));
    let count = 0;
    const sendPings = () => {
      count += atOnce;
      return new Promise<boolean>((resolve) => client.socket.write(pings, () => resolve(false)));
    };
    while (!(await Promise.race([isPaused, sendPings()])));
    expect(socket.writableLength).toBeLessThan(kibi * kibi);
    let answered = 0;
    client.socket.removeAllListeners('data');
    client.socket.on('data', (bytes) => {
      answered += bytes.length;
    });
    client.socket.resume();
    while (answered < count * ping.length) await once(client.socket, 'data');
  });
});
