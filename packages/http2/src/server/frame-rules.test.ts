import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { data, heldFields, literals, RawClient, request, requestFields, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import { type RunningServer, startServer } from '../testing/test-server.ts';

const { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION } =
  FrameType;
const { END_STREAM, END_HEADERS, ACK, PADDED } = Flag;
const { PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR, COMPRESSION_ERROR } = ErrorCode;
const priorityFlag = Flag.PRIORITY;

const block = literals(requestFields);
const open = request(1, 0);
const eightBytes = Buffer.alloc(8);
const header = (length: number) => Buffer.from([length >> 16, length >> 8, length, DATA, 0, 0, 0, 0, 1]);

type Rule = readonly [name: string, code: number, frames: readonly Uint8Array[]];
/** A violation that resets stream 1. */
const zeroUpdate = frame(WINDOW_UPDATE, 0, 1, uint32s(0));
/** A complete request without a response. */
const held = request(1, END_STREAM, heldFields);

/** Connection errors by section of RFC 9113: GOAWAY with the code. */
const connectionErrors: Rule[] = [
  ['4.2: a frame above SETTINGS_MAX_FRAME_SIZE', FRAME_SIZE_ERROR, [open, header(16_385)]],
  ['4.3: an undecodable header block', COMPRESSION_ERROR, [frame(HEADERS, END_HEADERS, 1, uint32s(0xffffffff))]],
  ['5.1: DATA on an idle stream', PROTOCOL_ERROR, [data(1, 1)]],
  ['5.1: RST_STREAM on an idle stream', PROTOCOL_ERROR, [frame(RST_STREAM, 0, 1, uint32s(8))]],
  ['5.1: WINDOW_UPDATE on an idle stream', PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 1, uint32s(8))]],
  ['5.1: CONTINUATION on an idle stream', PROTOCOL_ERROR, [frame(CONTINUATION, END_HEADERS, 1, block)]],
  ['5.1: DATA on a stream with an even number', PROTOCOL_ERROR, [request(3), data(2, 1)]],
  ['5.1: DATA after both sides have ended', STREAM_CLOSED, [request(1), data(1, 1)]],
  ['5.1: HEADERS after both sides have ended', STREAM_CLOSED, [request(1), request(1)]],
  ['5.1: DATA after RST_STREAM of the client', STREAM_CLOSED, [open, frame(RST_STREAM, 0, 1, uint32s(8)), data(1, 1)]],
  [
    '5.1: DATA after RST_STREAM of both sides',
    STREAM_CLOSED,
    [open, zeroUpdate, frame(RST_STREAM, 0, 1, uint32s(8)), data(1, 1)],
  ],
  [
    '5.1: DATA after RST_STREAM of the server and END_STREAM',
    STREAM_CLOSED,
    [open, zeroUpdate, request(1), data(1, 1)],
  ],
  ['5.1.1: HEADERS on stream 0', PROTOCOL_ERROR, [request(0)]],
  ['5.1.1: HEADERS on a stream with an even number', PROTOCOL_ERROR, [request(2)]],
  ['5.1.1: a stream below the last', STREAM_CLOSED, [request(5), request(3)]],
  ['6.1: DATA on stream 0', PROTOCOL_ERROR, [data(0, 1)]],
  ['6.1: padding as long as the payload', PROTOCOL_ERROR, [open, frame(DATA, PADDED, 1, Buffer.from([2, 0]))]],
  ['6.1: PADDED without a payload', FRAME_SIZE_ERROR, [open, frame(DATA, PADDED, 1)]],
  [
    '6.2: padding longer than the block',
    PROTOCOL_ERROR,
    [frame(HEADERS, PADDED | END_HEADERS, 1, Buffer.from([9, 0]))],
  ],
  [
    '6.2: the PRIORITY flag without priority fields',
    FRAME_SIZE_ERROR,
    [frame(HEADERS, priorityFlag | END_HEADERS, 1, Buffer.alloc(4))],
  ],
  [
    '6.2: another frame within a header block',
    PROTOCOL_ERROR,
    [frame(HEADERS, 0, 1, block), frame(PING, 0, 0, eightBytes)],
  ],
  [
    '6.2: another stream within a header block',
    PROTOCOL_ERROR,
    [frame(HEADERS, 0, 1, block), frame(CONTINUATION, END_HEADERS, 3)],
  ],
  ['6.3: PRIORITY on stream 0', PROTOCOL_ERROR, [frame(PRIORITY, 0, 0, Buffer.from([0, 0, 0, 9, 1]))]],
  ['6.4: RST_STREAM on stream 0', PROTOCOL_ERROR, [frame(RST_STREAM, 0, 0, uint32s(8))]],
  ['6.4: RST_STREAM of three bytes', FRAME_SIZE_ERROR, [open, frame(RST_STREAM, 0, 1, Buffer.alloc(3))]],
  ['6.5: SETTINGS on a stream', PROTOCOL_ERROR, [frame(SETTINGS, 0, 1)]],
  ['6.5: an acknowledgement with a payload', FRAME_SIZE_ERROR, [frame(SETTINGS, ACK, 0, Buffer.alloc(6))]],
  ['6.5: SETTINGS of five bytes', FRAME_SIZE_ERROR, [frame(SETTINGS, 0, 0, Buffer.alloc(5))]],
  ['6.5.2: ENABLE_PUSH of 2', PROTOCOL_ERROR, [settings([2, 2])]],
  ['6.5.2: INITIAL_WINDOW_SIZE of 2^31', FLOW_CONTROL_ERROR, [settings([4, 2 ** 31])]],
  ['6.5.2: MAX_FRAME_SIZE of 16383', PROTOCOL_ERROR, [settings([5, 16_383])]],
  ['6.5.2: MAX_FRAME_SIZE of 2^24', PROTOCOL_ERROR, [settings([5, 2 ** 24])]],
  ['6.6: PUSH_PROMISE', PROTOCOL_ERROR, [open, frame(PUSH_PROMISE, END_HEADERS, 1, uint32s(2))]],
  ['6.7: PING on a stream', PROTOCOL_ERROR, [open, frame(PING, 0, 1, eightBytes)]],
  ['6.7: PING of seven bytes', FRAME_SIZE_ERROR, [frame(PING, 0, 0, Buffer.alloc(7))]],
  ['6.8: GOAWAY on a stream', PROTOCOL_ERROR, [open, frame(GOAWAY, 0, 1, eightBytes)]],
  ['6.8: GOAWAY of seven bytes', FRAME_SIZE_ERROR, [frame(GOAWAY, 0, 0, Buffer.alloc(7))]],
  ['6.9: WINDOW_UPDATE of three bytes', FRAME_SIZE_ERROR, [frame(WINDOW_UPDATE, 0, 0, Buffer.alloc(3))]],
  [
    '6.1: more padding than payload on a reset stream',
    PROTOCOL_ERROR,
    [open, zeroUpdate, frame(DATA, PADDED, 1, Buffer.from([9, 0]))],
  ],
  ['6.9: WINDOW_UPDATE of 0', PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 0, uint32s(0))]],
  ['6.9: WINDOW_UPDATE of 0 on a closed stream', PROTOCOL_ERROR, [request(1), zeroUpdate]],
  ['6.9.1: a connection window above 2^31-1', FLOW_CONTROL_ERROR, [frame(WINDOW_UPDATE, 0, 0, uint32s(2 ** 31 - 1))]],
  [
    '6.9.2: a stream window above 2^31-1 through SETTINGS',
    FLOW_CONTROL_ERROR,
    [open, frame(WINDOW_UPDATE, 0, 1, uint32s(2 ** 31 - 1 - 65_535)), settings([4, 65_536])],
  ],
  [
    '6.10: CONTINUATION after the end of a header block',
    PROTOCOL_ERROR,
    [open, frame(CONTINUATION, END_HEADERS, 1, block)],
  ],
];

/** Stream errors by section of RFC 9113: RST_STREAM with the code, and nothing else. */
const streamErrors: Rule[] = [
  ['5.1: DATA after END_STREAM', STREAM_CLOSED, [held, data(1, 1)]],
  ['5.1: trailers after END_STREAM', STREAM_CLOSED, [held, request(1)]],
  [
    '5.3.1 (RFC 7540): a stream that depends on itself',
    PROTOCOL_ERROR,
    [frame(HEADERS, priorityFlag | END_HEADERS, 1, Buffer.concat([Buffer.from([0, 0, 0, 1, 0]), block]))],
  ],
  ['6.3: PRIORITY of four bytes', FRAME_SIZE_ERROR, [open, frame(PRIORITY, 0, 1, Buffer.alloc(4))]],
  ['6.9: WINDOW_UPDATE of 0', PROTOCOL_ERROR, [open, frame(WINDOW_UPDATE, 0, 1, uint32s(0))]],
  ['6.9.1: a stream window above 2^31-1', FLOW_CONTROL_ERROR, [open, frame(WINDOW_UPDATE, 0, 1, uint32s(2 ** 31 - 1))]],
  ['8.1: trailers without END_STREAM', PROTOCOL_ERROR, [open, frame(HEADERS, END_HEADERS, 1, literals([['a', 'b']]))]],
  ['8.1: trailers with a pseudo-header field', PROTOCOL_ERROR, [open, request(1)]],
  ['8.1: malformed trailers', PROTOCOL_ERROR, [open, request(1, END_STREAM, [['A', 'b']])]],
];

/** Valid or ignored frames: the request on stream 1 receives a response. */
const allowed: Rule[] = [
  ['5.1.1: skipped stream numbers', 0, [request(1), request(7), request(9)]],
  [
    '5.1: WINDOW_UPDATE, PRIORITY and RST_STREAM after both sides have ended',
    0,
    [
      request(1),
      frame(WINDOW_UPDATE, 0, 1, uint32s(1)),
      frame(PRIORITY, 0, 1, Buffer.from([0, 0, 0, 9, 1])),
      frame(RST_STREAM, 0, 1, uint32s(8)),
    ],
  ],
  ['5.5: an unknown frame', 0, [frame(0xfa, 0xff, 1, eightBytes), frame(0xfa, 0, 0), request(1)]],
  ['6.1: DATA with padding', 0, [open, frame(DATA, PADDED | END_STREAM, 1, Buffer.from([2, 7, 0, 0]))]],
  [
    '6.2: HEADERS with padding and priority',
    0,
    [
      frame(
        HEADERS,
        PADDED | priorityFlag | END_STREAM | END_HEADERS,
        1,
        Buffer.concat([Buffer.from([3, 0, 0, 0, 9, 1]), block, Buffer.alloc(3)]),
      ),
    ],
  ],
  ['6.3: PRIORITY of an idle stream', 0, [frame(PRIORITY, 0, 9, Buffer.from([0, 0, 0, 7, 1])), request(1)]],
  ['6.5: unknown settings', 0, [settings([0xff, 1], [9, 1]), request(1)]],
  ['6.7: an acknowledgement of a PING that was not sent', 0, [frame(PING, ACK, 0, eightBytes), request(1)]],
  [
    '6.10: a header block in several frames',
    0,
    [
      frame(HEADERS, END_STREAM, 1, block.subarray(0, 3)),
      frame(CONTINUATION, 0, 1, block.subarray(3, 30)),
      frame(CONTINUATION, END_HEADERS, 1, block.subarray(30)),
    ],
  ],
  ['8.1: trailers', 0, [open, data(1, 5), request(1, END_STREAM, [['a', 'b']])]],
];

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('RFC 9113', () => {
  it.each(connectionErrors)('%s ends the connection', async (_name, code, frames) => {
    using client = await RawClient.connect(server.port);
    client.send(...frames);
    expect(await client.goaway()).toMatchObject({ code });
    await client.closed;
  });

  it.each(streamErrors)('%s resets the stream', async (_name, code, frames) => {
    using client = await RawClient.connect(server.port);
    client.send(...frames);
    expect(await client.reset(1)).toBe(code);
    client.send(request(3));
    await client.nextOf(HEADERS, 3);
  });

  it.each(allowed)('%s is allowed', async (_name, _code, frames) => {
    using client = await RawClient.connect(server.port);
    client.send(...frames);
    await client.nextOf(HEADERS, 1);
    await client.settle();
    expect(client.frames.map(({ type }) => type)).not.toContain(RST_STREAM);
  });

  it('3.4: an invalid preface ends the connection', async () => {
    using client = await RawClient.connectSilently(server.port);
    client.send(Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'));
    expect(await client.goaway()).toMatchObject({ code: PROTOCOL_ERROR });
    await client.closed;
  });

  it('3.4: a first frame other than SETTINGS ends the connection', async () => {
    using client = await RawClient.connect(server.port, frame(PING, 0, 0, eightBytes));
    expect(await client.goaway()).toMatchObject({ code: PROTOCOL_ERROR });
  });

  it('3.4: an acknowledgement of SETTINGS as the first frame ends the connection', async () => {
    using client = await RawClient.connect(server.port, frame(SETTINGS, ACK, 0));
    expect(await client.goaway()).toMatchObject({ code: PROTOCOL_ERROR });
  });

  it('5.1: HEADERS on a reset stream are ignored, but change the HPACK table', async () => {
    using client = await RawClient.connect(server.port);
    client.send(open, frame(WINDOW_UPDATE, 0, 1, uint32s(0)));
    await client.reset(1);
    // A literal with incremental indexing (RFC 7541, section 6.2.1). Stream 3 refers to it.
    const inserts = Buffer.concat([
      Buffer.from([0x40, 5]),
      Buffer.from(':path'),
      Buffer.from([6]),
      Buffer.from('/known'),
    ]);
    client.send(frame(HEADERS, END_HEADERS, 1, inserts), data(1, 10, END_STREAM));
    const others = literals(requestFields.filter(([name]) => name !== ':path'));
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, Buffer.concat([Buffer.from([0x80 | 62]), others])));
    expect(String((await client.nextOf(DATA, 3)).payload)).toBe('POST /known 0\n');
  });

  it('6.5.3, 6.7: SETTINGS and PING are acknowledged, PING with its payload', async () => {
    using client = await RawClient.connect(server.port);
    client.send(frame(PING, 0, 0, Buffer.from('12345678')));
    await client.next(({ type, flags }) => type === SETTINGS && flags === ACK);
    expect(String((await client.nextOf(PING)).payload)).toBe('12345678');
  });
});
