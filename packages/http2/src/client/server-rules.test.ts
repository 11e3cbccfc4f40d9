import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { data, type Fields, literals, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import { startClientSession } from '../testing/raw-server.ts';

const { DATA, HEADERS, PRIORITY, RST_STREAM, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION } = FrameType;
const { END_STREAM, END_HEADERS, PADDED } = Flag;
const { NO_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR, COMPRESSION_ERROR } = ErrorCode;
const { ENHANCE_YOUR_CALM } = ErrorCode;

const ok: Fields = [[':status', '200']];

/** The headers of a response on stream 1, by default without END_STREAM. */
function respond(fields: Fields = ok, flags: number = 0, streamId = 1): Buffer {
  return frame(HEADERS, flags | END_HEADERS, streamId, literals(fields));
}

type Rule = readonly [name: string, code: number, frames: readonly Uint8Array[]];

/** Connection errors by section of RFC 9113: GOAWAY with the code. Stream 1 is open. */
const connectionErrors: Rule[] = [
  ['4.2: a frame above SETTINGS_MAX_FRAME_SIZE', FRAME_SIZE_ERROR, [Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 1])]],
  ['4.3: an undecodable header block', COMPRESSION_ERROR, [frame(HEADERS, END_HEADERS, 1, uint32s(0xffffffff))]],
  ['5.1: HEADERS on an idle stream', PROTOCOL_ERROR, [respond(ok, 0, 3)]],
  ['5.1: DATA on an idle stream', PROTOCOL_ERROR, [data(3, 1)]],
  ['5.1: RST_STREAM on an idle stream', PROTOCOL_ERROR, [frame(RST_STREAM, 0, 3, uint32s(8))]],
  ['5.1: WINDOW_UPDATE on an idle stream', PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 3, uint32s(8))]],
  ['5.1: DATA on a closed stream', STREAM_CLOSED, [frame(RST_STREAM, 0, 1, uint32s(8)), data(1, 1)]],
  ['5.1.1: HEADERS on a stream with an even number', PROTOCOL_ERROR, [respond(ok, 0, 2)]],
  ['5.1.1: DATA on a stream with an even number', PROTOCOL_ERROR, [data(2, 1)]],
  ['6.1: DATA on stream 0', PROTOCOL_ERROR, [data(0, 1)]],
  ['6.1: padding as long as the payload', PROTOCOL_ERROR, [respond(), frame(DATA, PADDED, 1, Buffer.from([2, 0]))]],
  ['6.2: another frame within a header block', PROTOCOL_ERROR, [frame(HEADERS, 0, 1, literals(ok)), data(1, 1)]],
  ['6.3: PRIORITY on stream 0', PROTOCOL_ERROR, [frame(PRIORITY, 0, 0, Buffer.alloc(5))]],
  ['6.4: RST_STREAM of three bytes', FRAME_SIZE_ERROR, [frame(RST_STREAM, 0, 1, Buffer.alloc(3))]],
  ['6.5.2: ENABLE_PUSH of 1', PROTOCOL_ERROR, [settings([2, 1])]],
  ['6.5.2: INITIAL_WINDOW_SIZE of 2^31', FLOW_CONTROL_ERROR, [settings([4, 2 ** 31])]],
  ['6.6: PUSH_PROMISE', PROTOCOL_ERROR, [frame(PUSH_PROMISE, END_HEADERS, 1, uint32s(2))]],
  ['6.7: PING of seven bytes', FRAME_SIZE_ERROR, [frame(PING, 0, 0, Buffer.alloc(7))]],
  ['6.8: GOAWAY on a stream', PROTOCOL_ERROR, [frame(GOAWAY, 0, 1, Buffer.alloc(8))]],
  [
    '6.8: GOAWAY whose stream rises',
    PROTOCOL_ERROR,
    [frame(GOAWAY, 0, 0, uint32s(1, 0)), frame(GOAWAY, 0, 0, uint32s(3, 0))],
  ],
  ['6.9: WINDOW_UPDATE of 0', PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 0, uint32s(0))]],
  ['6.9.1: a connection window above 2^31-1', FLOW_CONTROL_ERROR, [frame(WINDOW_UPDATE, 0, 0, uint32s(2 ** 31 - 1))]],
  ['6.10: CONTINUATION without HEADERS', PROTOCOL_ERROR, [frame(CONTINUATION, END_HEADERS, 1, literals(ok))]],
];

/** Stream errors by section of RFC 9113 or 9110: RST_STREAM with the code, and nothing else. */
const streamErrors: Rule[] = [
  ['6.9: WINDOW_UPDATE of 0', PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 1, uint32s(0))]],
  ['6.9.1: a stream window above 2^31-1', FLOW_CONTROL_ERROR, [frame(WINDOW_UPDATE, 0, 1, uint32s(2 ** 31 - 1))]],
  ['8.1: DATA before the headers', PROTOCOL_ERROR, [data(1, 1)]],
  ['8.1: END_STREAM without headers', PROTOCOL_ERROR, [data(1, 0, END_STREAM)]],
  ['8.1: an informational response that ends the stream', PROTOCOL_ERROR, [respond([[':status', '100']], END_STREAM)]],
  ['8.1: trailers without END_STREAM', PROTOCOL_ERROR, [respond(), respond([['a', 'b']])]],
  ['8.1.1: more DATA than content-length', PROTOCOL_ERROR, [respond([...ok, ['content-length', '1']]), data(1, 2)]],
  [
    '8.1.1: less DATA than content-length',
    PROTOCOL_ERROR,
    [respond([...ok, ['content-length', '2']]), data(1, 1, END_STREAM)],
  ],
  ['8.1.1: content-length without DATA', PROTOCOL_ERROR, [respond([...ok, ['content-length', '2']], END_STREAM)]],
  ['8.2.1: a name in upper case', PROTOCOL_ERROR, [respond([...ok, ['A', 'b']])]],
  ['8.2.2: a field of the connection', PROTOCOL_ERROR, [respond([...ok, ['connection', 'close']])]],
  ['8.3: a pseudo-header field in trailers', PROTOCOL_ERROR, [respond(), respond(ok, END_STREAM)]],
  ['8.3.2: no :status', PROTOCOL_ERROR, [respond([['a', 'b']])]],
  ['8.3.2: two of :status', PROTOCOL_ERROR, [respond([...ok, ...ok])]],
  ['8.3.2: :status of two digits', PROTOCOL_ERROR, [respond([[':status', '20']])]],
  ['8.3.2: a pseudo-header field of requests', PROTOCOL_ERROR, [respond([...ok, [':path', '/']])]],
  ['8.6: status 101', PROTOCOL_ERROR, [respond([[':status', '101']])]],
  ['10.5.1: a header list above the limit', ENHANCE_YOUR_CALM, [respond([...ok, ['a', 'b'.repeat(5_000)]])]],
  [
    '10.5: informational responses without end',
    ENHANCE_YOUR_CALM,
    Array.from({ length: 17 }, () => respond([[':status', '103']])),
  ],
];

/** Unusual responses that are valid. */
const validResponses: readonly (readonly [name: string, method: string, frames: readonly Uint8Array[]])[] = [
  [
    'after informational ones',
    'POST',
    [respond([[':status', '100']]), respond([[':status', '103']]), respond(ok, END_STREAM)],
  ],
  ['to HEAD, with the content-length of GET', 'HEAD', [respond([...ok, ['content-length', '9']], END_STREAM)]],
  [
    'with status 304 and a content-length',
    'GET',
    [
      respond(
        [
          [':status', '304'],
          ['content-length', '9'],
        ],
        END_STREAM,
      ),
    ],
  ],
  [
    'after unknown frames and PRIORITY',
    'POST',
    [frame(0xbe, 0, 1), frame(PRIORITY, 0, 1, Buffer.alloc(5)), respond(ok, END_STREAM)],
  ],
  [
    'with empty DATA, padding and trailers',
    'POST',
    [respond(), data(1, 0), frame(DATA, PADDED, 1, Buffer.from([1, 0])), respond([['a', 'b']], END_STREAM)],
  ],
];

describe('a violation of a connection rule by the server ends the connection', () => {
  it.each(connectionErrors)('%s', async (_name, code, frames) => {
    await using session = await startClientSession();
    const { response } = session.request();
    session.server.send(...frames);
    expect(await session.server.goaway()).toMatchObject({ lastStream: 0, code });
    expect(await session.closed).toMatchObject({ by: 'local', code });
    expect(response.closes).toHaveLength(1);
  });
});

describe('a violation of a stream rule by the server resets only the stream', () => {
  it.each(streamErrors)('%s', async (_name, code, frames) => {
    await using session = await startClientSession({ limits: { headerListBytes: 4_096 } });
    const { response } = session.request();
    session.server.send(...frames);
    expect(await session.server.reset(1)).toBe(code);
    expect(response.closes).toEqual([{ by: 'rules', code }]);
    await session.settle();
    expect(session.connection.hasCapacity).toBe(true);
  });
});

it.each(validResponses)('receives a response %s', async (_name, method, frames) => {
  await using session = await startClientSession();
  const { response } = session.request(true, method);
  session.server.send(...frames);
  await session.settle();
  expect(response.headers).toHaveLength(1);
  expect(response.closes).toEqual([undefined]);
});

describe('a flood', () => {
  const floods: Record<string, Uint8Array> = {
    'of PING': frame(PING, 0, 0, Buffer.alloc(8)),
    'of SETTINGS': settings([4, 65_535]),
    'of PRIORITY': frame(PRIORITY, 0, 1, Buffer.from([0, 0, 0, 9, 1])),
    'of WINDOW_UPDATE': frame(WINDOW_UPDATE, 0, 0, uint32s(1)),
    'of GOAWAY': frame(GOAWAY, 0, 0, uint32s(1, NO_ERROR)),
    'of unknown frames': frame(0xbe, 0, 0),
    'of empty DATA': data(1, 0),
    'of RST_STREAM on a closed stream': frame(RST_STREAM, 0, 1, uint32s(8)),
  };

  it.each(Object.entries(floods))('%s ends the connection', async (_name, one) => {
    await using session = await startClientSession();
    session.request();
    session.server.send(respond(), ...Array.from({ length: 1_200 }, () => one));
    expect(await session.server.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });

  it('of CONTINUATION frames (CVE-2024-27316) ends the connection', async () => {
    await using session = await startClientSession();
    session.request();
    const more = Array.from({ length: 40 }, () => frame(CONTINUATION, 0, 1, literals([['a', 'b']])));
    session.server.send(frame(HEADERS, 0, 1, literals(ok)), ...more);
    expect(await session.server.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });
});
