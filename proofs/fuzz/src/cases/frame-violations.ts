import { ErrorCode } from '@example/http2';
import { Flag, FrameType, maxFrameBytes, Setting, settingsPayload, uint32s } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import type { ClientScript } from '../generate/client-script.ts';
import { padded } from '../generate/client-script.ts';
import type { Expected } from './fuzz-case.ts';

const { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION } =
  FrameType;
const { END_STREAM, END_HEADERS, PADDED, ACK } = Flag;
const { PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR, COMPRESSION_ERROR } = ErrorCode;

/** Adds a violation to a script without violations. @returns the outcome that the RFC requires */
export type Violation = (script: ClientScript, random: Random) => Expected;

const ends = (...codes: number[]): Expected => ({ outcome: 'connection-error', codes });
const resets = (streamId: number, ...codes: number[]): Expected => ({ outcome: 'stream-error', streamId, codes });

const largestWindow = 2 ** 31 - 1;

/** A single invalid frame that always ends the connection with `code`. */
function connectionFrame(
  code: number,
  make: (random: Random) => readonly [type: number, flags: number, streamId: number, payload: Buffer],
): Violation {
  return (script, random) => {
    script.frame(...make(random));
    return ends(code);
  };
}

function settingsOf(code: number, make: (random: Random) => readonly [id: number, value: number]): Violation {
  return connectionFrame(code, (random) => [SETTINGS, 0, 0, settingsPayload([make(random)])]);
}

/** A payload of any length except the correct length. */
function wrongLength(random: Random, right: number): Buffer {
  const length = random.between(0, 40);
  return Buffer.alloc(length === right ? right + 1 : length);
}

const odd = (random: Random) => 2 * random.between(0, 30) + 1;
const even = (random: Random) => 2 * random.between(1, 30);

/** Violations by frames: RFC 9113, sections 3 to 6. */
export const frameViolations: Readonly<Record<string, Violation>> = {
  '6.5: an acknowledgement of SETTINGS with a payload': connectionFrame(FRAME_SIZE_ERROR, (random) => [
    SETTINGS,
    ACK,
    0,
    Buffer.alloc(random.between(1, 30)),
  ]),
  '4.2: a frame that is too long': (script, random) => {
    const { id } = script.request({ ends: false });
    script.frame(
      random.pick([DATA, HEADERS, SETTINGS, 0x40]),
      0,
      id,
      Buffer.alloc(maxFrameBytes + random.between(1, 500)),
    );
    return ends(FRAME_SIZE_ERROR);
  },
  '4.3: an undecodable header block': (script, random) => {
    const bad = [
      [0x80],
      [0xff, 0xff, 0xff, 0xff, 0x7f],
      [0xff],
      [0x40],
      [0x00, 0x01],
      [0x00, 0x7f, 0xff],
      [0x3f, 0xe2, 0x1f],
      // RFC 7541, section 5.2: EOS, padding of more than seven bits, and padding with zeros.
      [0x00, 0x84, 0xff, 0xff, 0xff, 0xff, 0x01, 0x61],
      [0x00, 0x82, 0x1f, 0xff, 0x01, 0x61],
      [0x00, 0x81, 0x18, 0x01, 0x61],
    ];
    script.frame(HEADERS, END_HEADERS | END_STREAM, script.nextId, Buffer.from(random.pick(bad)));
    return ends(COMPRESSION_ERROR);
  },
  '5.1: a frame on an idle stream': (script, random) => {
    const type = random.pick([DATA, RST_STREAM, WINDOW_UPDATE]);
    script.frame(type, 0, script.nextId + even(random), uint32s(8));
    return ends(PROTOCOL_ERROR);
  },
  '5.1: CONTINUATION without a header block': connectionFrame(PROTOCOL_ERROR, (random) => [
    CONTINUATION,
    random.between(0, 255),
    random.between(0, 9),
    Buffer.alloc(3),
  ]),
  '5.1: DATA or HEADERS after both sides have ended': (script, random) => {
    const { id } = script.request();
    if (random.chance(0.5)) script.frame(DATA, END_STREAM, id, Buffer.from('x'));
    else script.headers(id, [['a', 'b']], true);
    return ends(STREAM_CLOSED);
  },
  '5.1: DATA or HEADERS after RST_STREAM of the client': (script, random) => {
    const request = script.request({ path: '/held', ends: random.chance(0.5) });
    script.reset(request);
    if (random.chance(0.5)) script.frame(DATA, END_STREAM, request.id, Buffer.from('x'));
    else script.headers(request.id, [['a', 'b']], true);
    return ends(STREAM_CLOSED);
  },
  '5.1: DATA or HEADERS after END_STREAM': (script, random) => {
    const { id } = script.request({ path: '/held' });
    if (random.chance(0.5)) script.frame(DATA, random.pick([0, END_STREAM]), id, Buffer.from('x'));
    else script.headers(id, [['a', 'b']], true);
    return resets(id, STREAM_CLOSED);
  },
  '5.1.1: HEADERS on a stream that no client can open': (script, random) => {
    script.frame(HEADERS, END_HEADERS, random.chance(0.5) ? 0 : even(random), script.hpack.encode([]));
    return ends(PROTOCOL_ERROR);
  },
  '5.1.1: a stream below the last': (script) => {
    script.nextId += 4;
    const { id } = script.request();
    script.headers(id - 2, [], true);
    return ends(PROTOCOL_ERROR, STREAM_CLOSED);
  },
  '6.1: DATA on stream 0': connectionFrame(PROTOCOL_ERROR, (random) => [DATA, 0, 0, random.bytes(3)]),
  '6.1: DATA with more padding than payload': (script, random) => {
    const { id } = script.request({ ends: false });
    const payload = padded(Buffer.alloc(3), 5).subarray(0, random.between(2, 5));
    script.frame(DATA, PADDED, id, payload);
    return ends(PROTOCOL_ERROR);
  },
  '6.2: HEADERS with more padding than payload': (script, random) => {
    const payload = Buffer.from([random.between(20, 255), 0x82, 0x84]);
    script.frame(HEADERS, PADDED | END_HEADERS | END_STREAM, script.nextId, payload);
    return ends(PROTOCOL_ERROR);
  },
  '6.2: another frame within a header block': (script, random) => {
    script.frame(HEADERS, END_STREAM, script.nextId, Buffer.from([0x82]));
    const inner = random.pick([PING, DATA, SETTINGS, HEADERS, PRIORITY, 0x50]);
    script.frame(
      inner,
      0,
      inner === SETTINGS || inner === PING ? 0 : script.nextId,
      Buffer.alloc(inner === PING ? 8 : 0),
    );
    return ends(PROTOCOL_ERROR);
  },
  '6.3: PRIORITY on stream 0': connectionFrame(PROTOCOL_ERROR, (random) => [PRIORITY, 0, 0, random.bytes(5)]),
  '6.3: an invalid size of PRIORITY': (script, random) => {
    const { id } = script.request({ path: '/held' });
    script.frame(PRIORITY, 0, id, wrongLength(random, 5));
    return resets(id, FRAME_SIZE_ERROR);
  },
  '6.4: RST_STREAM on stream 0': connectionFrame(PROTOCOL_ERROR, () => [RST_STREAM, 0, 0, uint32s(8)]),
  '6.4: an invalid size of RST_STREAM': (script, random) => {
    script.frame(RST_STREAM, 0, script.request({ path: '/held' }).id, wrongLength(random, 4));
    return ends(FRAME_SIZE_ERROR);
  },
  '6.5: SETTINGS on a stream': connectionFrame(PROTOCOL_ERROR, (random) => [SETTINGS, 0, odd(random), Buffer.alloc(6)]),
  '6.5: an invalid size of SETTINGS': connectionFrame(FRAME_SIZE_ERROR, (random) => [
    SETTINGS,
    0,
    0,
    Buffer.alloc(6 * random.between(0, 5) + random.between(1, 5)),
  ]),
  '6.5.2: ENABLE_PUSH above 1': settingsOf(PROTOCOL_ERROR, (random) => [
    Setting.ENABLE_PUSH,
    random.between(2, 2 ** 32 - 1),
  ]),
  '6.5.2: INITIAL_WINDOW_SIZE above 2^31-1': settingsOf(FLOW_CONTROL_ERROR, (random) => [
    Setting.INITIAL_WINDOW_SIZE,
    random.between(2 ** 31, 2 ** 32 - 1),
  ]),
  '6.5.2: MAX_FRAME_SIZE out of range': settingsOf(PROTOCOL_ERROR, (random) => [
    Setting.MAX_FRAME_SIZE,
    random.chance(0.5) ? random.between(0, 16_383) : random.between(2 ** 24, 2 ** 32 - 1),
  ]),
  '6.6: PUSH_PROMISE': (script) => {
    const { id } = script.request({ ends: false });
    script.frame(PUSH_PROMISE, END_HEADERS, id, uint32s(2));
    return ends(PROTOCOL_ERROR);
  },
  '6.7: PING on a stream': connectionFrame(PROTOCOL_ERROR, (random) => [PING, 0, odd(random), random.bytes(8)]),
  '6.7: an invalid size of PING': connectionFrame(FRAME_SIZE_ERROR, (random) => [
    PING,
    random.pick([0, ACK]),
    0,
    wrongLength(random, 8),
  ]),
  '6.8: GOAWAY on a stream': connectionFrame(PROTOCOL_ERROR, (random) => [GOAWAY, 0, odd(random), Buffer.alloc(8)]),
  '6.8: an invalid size of GOAWAY': connectionFrame(FRAME_SIZE_ERROR, (random) => [
    GOAWAY,
    0,
    0,
    Buffer.alloc(random.between(0, 7)),
  ]),
  '6.9: an invalid size of WINDOW_UPDATE': (script, random) => {
    const { id } = script.request({ path: '/held' });
    script.frame(WINDOW_UPDATE, 0, random.pick([0, id]), wrongLength(random, 4));
    return ends(FRAME_SIZE_ERROR);
  },
  '6.9: WINDOW_UPDATE of 0 on the connection': connectionFrame(PROTOCOL_ERROR, () => [WINDOW_UPDATE, 0, 0, uint32s(0)]),
  '6.9: WINDOW_UPDATE of 0 on a stream': (script) => {
    const { id } = script.request({ path: '/held' });
    script.windowUpdate(id, 0);
    return resets(id, PROTOCOL_ERROR);
  },
  '6.9.1: a connection window above 2^31-1': (script) => {
    script.windowUpdate(0, largestWindow);
    return ends(FLOW_CONTROL_ERROR);
  },
  '6.9.1: a stream window above 2^31-1': (script) => {
    const { id } = script.request({ path: '/held' });
    script.settings([[Setting.INITIAL_WINDOW_SIZE, 1]]);
    script.windowUpdate(id, largestWindow);
    return resets(id, FLOW_CONTROL_ERROR);
  },
  '6.9.2: a stream window above 2^31-1 through SETTINGS': (script) => {
    const { id } = script.request({ path: '/held' });
    script.settings([[Setting.INITIAL_WINDOW_SIZE, 0]]);
    script.windowUpdate(id, largestWindow);
    script.settings([[Setting.INITIAL_WINDOW_SIZE, 1]]);
    return ends(FLOW_CONTROL_ERROR);
  },
  '6.9.1: DATA beyond the stream window': (script) => {
    const { id } = script.request({ path: '/hoard', ends: false });
    // The window is 256 KiB at most.
    for (let sent = 0; sent <= 256 * 1024; sent += maxFrameBytes)
      script.frame(DATA, 0, id, Buffer.alloc(maxFrameBytes));
    return resets(id, FLOW_CONTROL_ERROR);
  },
  '6.10: CONTINUATION on another stream': (script) => {
    script.frame(HEADERS, END_STREAM, script.nextId, Buffer.from([0x82]));
    script.frame(CONTINUATION, END_HEADERS, script.nextId + 2, Buffer.from([0x84]));
    return ends(PROTOCOL_ERROR);
  },
};
