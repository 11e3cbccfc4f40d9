import { ErrorCode, type Limits } from '@example/http2';
import { Flag, FrameType, uint32s } from '@example/http2/testing';
import { integer, literals } from '../generate/random-hpack.ts';
import type { Violation } from './frame-violations.ts';

const { HEADERS, PRIORITY, WINDOW_UPDATE, CONTINUATION, DATA } = FrameType;
const calm = { outcome: 'connection-error', codes: [ErrorCode.ENHANCE_YOUR_CALM] } as const;

/** Small limits, which keep the cases short. */
export const tightLimits: Partial<Limits> = {
  concurrentStreams: 100,
  continuationFrames: 8,
  headerBlockBytes: 20_000,
  headerListBytes: 8 * 1024,
  resetsPerSecond: 20,
  pingsPerSecond: 20,
  settingsPerSecond: 20,
  emptyFramesPerSecond: 400,
  controlFramesPerSecond: 50,
};

/** More frames than any limit per second allows, including the allowance from earlier frames of the case. */
const flood = 600;

/** Violations of limits: RFC 9113, section 10.5. */
export const limitViolations: Readonly<Record<string, Violation>> = {
  '5.1.2: more streams than MAX_CONCURRENT_STREAMS': (script) => {
    for (let count = 0; count < 100; count++) script.request({ path: '/held' });
    const { id } = script.request({ path: '/held' });
    return { outcome: 'stream-error', streamId: id, codes: [ErrorCode.REFUSED_STREAM] };
  },
  '10.5: rapid reset': (script) => {
    for (let count = 0; count < flood / 2; count++) script.reset(script.request({ path: '/held' }));
    return calm;
  },
  '10.5: violations that provoke resets': (script) => {
    for (let count = 0; count < flood / 2; count++) script.windowUpdate(script.request({ path: '/held' }).id, 0);
    return calm;
  },
  '10.5: a flood of PING': (script) => {
    for (let count = 0; count < flood; count++) script.ping();
    return calm;
  },
  '10.5: a flood of SETTINGS': (script) => {
    for (let count = 0; count < flood; count++) script.settings();
    return calm;
  },
  '10.5: a flood of PRIORITY, WINDOW_UPDATE and unknown frames': (script, random) => {
    const type = random.pick([PRIORITY, WINDOW_UPDATE, 0x77]);
    const payload = type === PRIORITY ? Buffer.from([0, 0, 0, 9, 1]) : uint32s(1);
    // Each response has allowed twenty more frames.
    for (let count = 0; count < 10 * flood; count++) script.frame(type, 0, type === WINDOW_UPDATE ? 0 : 1, payload);
    return calm;
  },
  '10.5: a flood of empty DATA': (script) => {
    const { id } = script.request({ path: '/held', ends: false });
    for (let count = 0; count < flood; count++) script.frame(DATA, 0, id);
    return calm;
  },
  '10.5: a flood of empty CONTINUATION': (script) => {
    script.frame(HEADERS, 0, script.nextId);
    for (let count = 0; count < flood; count++) script.frame(CONTINUATION, 0, script.nextId);
    return calm;
  },
  '10.5.1: an endless header block': (script) => {
    script.frame(HEADERS, 0, script.nextId, Buffer.alloc(100, 0x82));
    for (let count = 0; count < 20; count++) script.frame(CONTINUATION, 0, script.nextId, Buffer.alloc(100, 0x82));
    return calm;
  },
  '10.5.1: a header list that is too large': (script, random) => {
    const { id } = script.request({
      path: '/held',
      fields: Array.from({ length: 20 }, () => ['a', 'b'.repeat(random.between(600, 700))] as const),
    });
    return { outcome: 'status', streamId: id, status: '431' };
  },
  '10.5.1: a small header block that is a large list': (script) => {
    const id = script.nextId;
    script.nextId += 2;
    const insert = Buffer.concat([Buffer.from([0x40]), literals([['a', 'b'.repeat(100)]]).subarray(1)]);
    const block = Buffer.concat([integer(0x20, 5, 4_096), insert, Buffer.alloc(2_000, 0xbe)]);
    script.frame(HEADERS, Flag.END_HEADERS | Flag.END_STREAM, id, block);
    return { outcome: 'status', streamId: id, status: '431' };
  },
};
