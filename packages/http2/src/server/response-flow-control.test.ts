import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { headerList } from '../headers/header-list.ts';
import { request, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import type { Recorder } from '../testing/recorder.ts';
import { startSession, type TestSession } from '../testing/test-session.ts';

const { DATA, HEADERS, WINDOW_UPDATE } = FrameType;
const { END_STREAM } = Flag;
const initialWindowSize = 4;
const nothing = new Uint8Array();
const ok = headerList([[':status', '200']]);
const trailers = headerList([['a', 'b']]);

/** Opens stream 1 with a complete request. */
async function open({ client, recorders }: TestSession): Promise<Recorder> {
  client.send(request(1));
  const recorder = await recorders.at(0);
  recorder.stream.sendHeaders(ok);
  return recorder;
}

const widen = (streamId: number, increment: number) => frame(WINDOW_UPDATE, 0, streamId, uint32s(increment));

describe('a response', () => {
  it('stays within the stream window, continues after WINDOW_UPDATE, and sends trailers last', async () => {
    await using it = await startSession(settings([initialWindowSize, 10]));
    const { stream, closes } = await open(it);
    const head = Buffer.from('head ');
    expect(stream.sendData(head, Buffer.from('and body of 25'))).toBe(false);
    stream.sendData(head.fill('!'), nothing);
    stream.sendTrailers(trailers);
    expect(stream.queuedBytes).toBe(14);
    await it.client.settle();
    expect(it.client.dataBytes(1)).toBe(10);
    head.fill('?');
    it.client.send(widen(1, 5));
    await it.client.settle();
    expect(it.client.dataBytes(1)).toBe(15);
    it.client.send(widen(1, 100));
    await it.client.next(({ type, flags }) => type === HEADERS && (flags & END_STREAM) !== 0);
    const content = it.client.frames.filter(({ type }) => type === DATA).map(({ payload }) => payload);
    expect(String(Buffer.concat(content))).toBe('head and body of 25!!!!!');
    expect(closes).toEqual([undefined]);
  });

  it('follows SETTINGS that change the stream window, even below zero', async () => {
    await using it = await startSession(settings([initialWindowSize, 100]));
    const { stream } = await open(it);
    stream.sendData(nothing, Buffer.alloc(200), true);
    await it.client.settle();
    expect(it.client.dataBytes(1)).toBe(100);
    it.client.send(settings([initialWindowSize, 40]), widen(1, 50));
    await it.client.settle();
    expect(it.client.dataBytes(1)).toBe(100);
    it.client.send(settings([initialWindowSize, 60]));
    await it.client.settle();
    expect(it.client.dataBytes(1)).toBe(110);
    it.client.send(settings([initialWindowSize, 1_000]));
    await it.client.next(({ type, flags }) => type === DATA && (flags & END_STREAM) !== 0);
    expect(it.client.dataBytes(1)).toBe(200);
  });

  it('shares the connection window with other streams in turns', async () => {
    await using it = await startSession(settings([initialWindowSize, 2 ** 31 - 1]));
    it.client.send(request(1), request(3));
    for (const index of [0, 1]) {
      const { stream } = await it.recorders.at(index);
      stream.sendHeaders(ok);
      stream.sendData(nothing, Buffer.alloc(200_000), true);
    }
    await it.client.settle();
    expect(it.client.dataBytes(1) + it.client.dataBytes(3)).toBe(65_535);
    const before = it.client.dataBytes(3);
    it.client.send(widen(0, 4 * 16_384));
    await it.client.settle();
    expect(it.client.dataBytes(3) - before).toBe(2 * 16_384);
    it.client.send(widen(0, 400_000));
    await it.client.next(() => it.client.dataBytes(1) === 200_000 && it.client.dataBytes(3) === 200_000);
    expect(Math.max(...it.client.frames.map(({ payload }) => payload.length))).toBe(16_384);
  });

  it('calls onDrain when the queued data has been sent', async () => {
    await using it = await startSession(settings([initialWindowSize, 10]));
    const recorder = await open(it);
    expect(recorder.stream.sendData(nothing, Buffer.alloc(10))).toBe(true);
    expect(recorder.stream.sendData(nothing, Buffer.alloc(10))).toBe(false);
    it.client.send(widen(1, 9));
    await it.client.settle();
    expect(recorder.drains).toBe(0);
    it.client.send(widen(1, 1));
    await it.client.settle();
    expect(recorder.drains).toBe(1);
  });

  it('completes on each of many streams that wait at once', async () => {
    await using it = await startSession(settings([initialWindowSize, 10]));
    const streamIds = Array.from({ length: 8 }, (_, index) => 2 * index + 1);
    it.client.send(...streamIds.map((streamId) => request(streamId)));
    const size = 3_000_000;
    for (const index of streamIds.keys()) {
      const { stream } = await it.recorders.at(index);
      stream.respond(ok, nothing, Buffer.alloc(size), trailers);
    }
    it.client.send(widen(0, 2 ** 31 - 65_536), settings([initialWindowSize, 2 ** 31 - 1]));
    for (const streamId of streamIds) {
      await it.client.next(
        ({ type, ...frame }) => type === HEADERS && frame.streamId === streamId && frame.flags === 5,
      );
      expect(it.client.dataBytes(streamId)).toBe(size);
    }
  });

  it('that exceeds the queue limit of its stream is reset', async () => {
    await using it = await startSession(settings([initialWindowSize, 10]), { queuedBytes: 100 });
    it.client.send(request(1), request(3));
    const [one, other] = [await it.recorders.at(0), await it.recorders.at(1)];
    for (const { stream } of [one, other]) {
      stream.sendHeaders(ok);
      stream.sendData(nothing, Buffer.alloc(1_000));
    }
    one.stream.sendData(nothing, Buffer.alloc(1));
    expect(await it.client.reset(1)).toBe(ErrorCode.ENHANCE_YOUR_CALM);
    expect(one.closes).toEqual([{ code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' }]);
    expect(other.closes).toEqual([]);
  });

  it('to a slow reader uses bounded memory', async () => {
    let buffered = 0;
    const onBuffered = (bytes: number) => {
      buffered = bytes;
    };
    await using it = await startSession(settings([initialWindowSize, 2 ** 31 - 1]), {}, onBuffered);
    it.client.send(widen(0, 2 ** 31 - 65_536));
    const recorder = await open(it);
    const piece = Buffer.alloc(100_000);
    let sent = 0;
    let maxUsed = 0;
    const send = () => {
      while (sent < 300 && recorder.stream.sendData(nothing, piece, ++sent === 300));
      maxUsed = Math.max(maxUsed, buffered + recorder.stream.queuedBytes);
    };
    recorder.onDrain = send;
    send();
    await it.client.next(({ type, flags }) => type === DATA && (flags & END_STREAM) !== 0);
    expect(it.client.dataBytes(1)).toBe(300 * piece.length);
    expect(maxUsed).toBeLessThan(1_000_000);
    expect(buffered).toBe(0);
    expect(it.server.connections[0]?.socket.writableLength).toBe(0);
  });
});
