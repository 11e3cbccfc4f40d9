import type { Duplex } from 'node:stream';
import { type ConnectionOptions, ErrorCode, type StreamHandler, serveConnection } from '@example/http2';
import { HpackDecoder } from '@example/http2/hpack';
import { Flag, FrameType, parseFrames, preface, type RawFrame, Setting } from '@example/http2/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { fuzzFrames, http2 } from './frame-campaign.ts';
import { encodeFrame } from './generate/encode-frame.ts';
import type { Engine } from './run/observed-server.ts';

const seed = 20_261_121;
/** The number of frames: enough to find any of the faults. */
const frames = 150_000;

type FrameChange = (frame: RawFrame) => RawFrame | undefined;

/** Changes each frame in a stream of bytes, or drops it. */
function changeFrames(change: FrameChange, prefaceBytes: number): (bytes: Buffer) => Buffer {
  let skipped = 0;
  let unparsed = Buffer.alloc(0);
  return (bytes) => {
    const head = bytes.subarray(0, Math.max(0, prefaceBytes - skipped));
    skipped += head.length;
    const parsed = parseFrames(Buffer.concat([unparsed, bytes.subarray(head.length)]));
    unparsed = Buffer.from(parsed.rest);
    const changed = parsed.frames.map((frame) => change(frame)).filter((frame) => frame !== undefined);
    return Buffer.concat([head, ...changed.map((frame) => encodeFrame(frame))]);
  };
}

/**
 * A server that receives different bytes from those that the client has sent. @param create called for each connection
 */
function withInput(create: () => (bytes: Buffer) => Buffer): Engine {
  return withSocket((socket) => {
    const change = create();
    const on = socket.on.bind(socket) as (event: string, listener: (argument: Buffer) => void) => Duplex;
    const onChanged: typeof on = (event, listener) =>
      on(event, event === 'data' ? (bytes) => listener(change(bytes)) : listener);
    socket.on = onChanged as typeof socket.on;
  });
}

/** A server that misses frames of the client, or receives other frames. */
function withReceivedFrames(create: () => FrameChange): Engine {
  return withInput(() => changeFrames(create(), preface.length));
}

/** A server that does not send some of its frames, or sends other frames. */
function withSentFrames(change: FrameChange): Engine {
  return withSocket((socket) => {
    const changeBytes = changeFrames(change, 0);
    const write = socket.write.bind(socket);
    socket.write = ((bytes: Buffer) => write(changeBytes(bytes))) as typeof socket.write;
  });
}

function withSocket(change: (socket: Duplex) => void): Engine {
  return {
    serveConnection(socket, options) {
      change(socket);
      return serveConnection(socket, options);
    },
  };
}

function withOptions(change: (options: ConnectionOptions) => Partial<ConnectionOptions>): Engine {
  return {
    serveConnection: (socket, options) => serveConnection(socket, { ...options, ...change(options) }),
  };
}

/** A server whose HPACK decoder has a different method `decode`. */
function withDecode(replace: (decode: HpackDecoder['decode']) => HpackDecoder['decode']): Engine {
  const original = HpackDecoder.prototype.decode;
  vi.spyOn(HpackDecoder.prototype, 'decode').mockImplementation(replace(original));
  return http2;
}

function without(type: number, flags = 0): FrameChange {
  return (frame) => (frame.type === type && (frame.flags & flags) === flags ? undefined : frame);
}

function misses(type: number): Engine {
  return withReceivedFrames(() => without(type));
}

/** Functions that each create a faulty server. */
const faultyServers: Readonly<Record<string, () => Engine>> = {
  'accepts padding that exceeds the payload': () =>
    withReceivedFrames(() => (frame) => {
      const isInvalid = (frame.flags & Flag.PADDED) !== 0 && (frame.payload[0] ?? 0) >= frame.payload.length;
      const isPaddable = frame.type === FrameType.DATA || frame.type === FrameType.HEADERS;
      if (!isInvalid || !isPaddable) return frame;
      return { ...frame, flags: frame.flags & ~Flag.PADDED, payload: frame.payload.subarray(1) };
    }),
  'ignores DATA after the end of a request': () =>
    withReceivedFrames(() => {
      const ended = new Set<number>();
      return (frame) => {
        if (frame.type === FrameType.DATA && ended.has(frame.streamId)) return undefined;
        if (frame.type <= FrameType.HEADERS && (frame.flags & Flag.END_STREAM) !== 0) ended.add(frame.streamId);
        return frame;
      };
    }),
  'ignores WINDOW_UPDATE': () => misses(FrameType.WINDOW_UPDATE),
  'ignores RST_STREAM': () => misses(FrameType.RST_STREAM),
  'ignores SETTINGS_INITIAL_WINDOW_SIZE': () =>
    withReceivedFrames(() => (frame) => {
      if (frame.type !== FrameType.SETTINGS || frame.payload.length % 6 !== 0) return frame;
      const payload = Buffer.from(frame.payload);
      for (let at = 0; at < payload.length; at += 6) {
        if (payload.readUInt16BE(at) === Setting.INITIAL_WINDOW_SIZE) payload.writeUInt16BE(0xffff, at);
      }
      return { ...frame, payload };
    }),
  'loses a byte at the edge of a chunk': () =>
    withInput(() => {
      let chunks = 0;
      return (bytes) => bytes.subarray(chunks++ === 0 ? 0 : 1);
    }),
  'does not check content-length': () =>
    withDecode((decode) => {
      return function (this: HpackDecoder, ...args) {
        const block = decode.apply(this, args);
        Object.assign(block.headers, { contentLength: -1 });
        return block;
      };
    }),
  'does not use the dynamic table': () =>
    withDecode(
      (decode) =>
        (...args) =>
          decode.apply(new HpackDecoder(1024 * 1024), args),
    ),
  'caches header blocks for too long': () =>
    withDecode((decode) => {
      const caches = new WeakMap<HpackDecoder, Map<string, ReturnType<HpackDecoder['decode']>>>();
      return function (this: HpackDecoder, bytes, start, end) {
        const cache = caches.get(this) ?? new Map();
        caches.set(this, cache);
        const key = bytes.toString('hex', start, end);
        const block = decode.call(this, bytes, start, end);
        if (!cache.has(key)) cache.set(key, block);
        return cache.get(key);
      };
    }),
  'throws an unexpected exception for an invalid block': () =>
    withDecode((decode) => {
      return function (this: HpackDecoder, ...args) {
        try {
          return decode.apply(this, args);
        } catch {
          throw new TypeError('planted');
        }
      };
    }),
  'does not limit resets': () =>
    withOptions(({ limits }) => ({ limits: { ...limits, resetsPerSecond: Number.MAX_SAFE_INTEGER } })),
  'does not acknowledge PING': () => withSentFrames(without(FrameType.PING, Flag.ACK)),
  'does not send GOAWAY': () => withSentFrames(without(FrameType.GOAWAY)),
  'sends RST_STREAM with a wrong code': () =>
    withSentFrames((frame) => {
      if (frame.type !== FrameType.RST_STREAM) return frame;
      return { ...frame, payload: Buffer.from([0, 0, 0, ErrorCode.INTERNAL_ERROR]) };
    }),
  'loses bytes of responses': () =>
    withSentFrames((frame) =>
      frame.type === FrameType.DATA ? { ...frame, payload: frame.payload.subarray(1) } : frame,
    ),
  'calls onClose twice': () =>
    withOptions(({ accept }) => ({
      accept(stream, headers) {
        const handler = accept(stream, headers);
        const onClose: StreamHandler['onClose'] = (reason) => {
          handler.onClose(reason);
          handler.onClose(reason);
        };
        return new Proxy(handler, {
          get: (target, key: keyof StreamHandler) => (key === 'onClose' ? onClose : target[key].bind(target)),
        });
      },
    })),
  'does not end the socket': () =>
    withSocket((socket) => {
      socket.end = () => socket;
    }),
};

afterEach(() => vi.restoreAllMocks());

it.each(Object.entries(faultyServers))('finds the fault of a server that %s', async (_name, create) => {
  const { fault } = await fuzzFrames({ engine: create(), seed, frames });
  expect(fault?.faults[0]).toBeDefined();
});

it('finds nothing if frames are passed on unchanged', async () => {
  const engine = withReceivedFrames(() => (frame) => frame);
  expect((await fuzzFrames({ engine, seed, frames: 15_000 })).fault).toBeUndefined();
});

it('finds nothing in @example/http2', async () => {
  const { fault, loopbackCases, nodeCases } = await fuzzFrames({ seed, frames: 15_000 });
  expect(fault).toBeUndefined();
  expect(loopbackCases).toBeGreaterThan(0);
  expect(nodeCases).toBeGreaterThan(0);
});
