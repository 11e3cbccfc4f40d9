import { once } from 'node:events';
import { createServer } from 'node:http2';
import { connect, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Goaway } from '../api.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { headerList } from '../headers/header-list.ts';
import { data, literals, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import { ResponseRecorder, startClientSession } from '../testing/raw-server.ts';
import { openConnection } from './open-connection.ts';

const { HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE, PING } = FrameType;
const { END_STREAM, END_HEADERS } = Flag;
const { NO_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM } = ErrorCode;

const ok = literals([[':status', '200']]);
const respond = (streamId: number, flags: number = END_STREAM) => frame(HEADERS, END_HEADERS | flags, streamId, ok);
const goaway = (lastStream: number, code: number = NO_ERROR, debugData = '') =>
  frame(GOAWAY, 0, 0, Buffer.concat([uint32s(lastStream, code), Buffer.from(debugData)]));
const nothing = new Uint8Array();

describe('the start', () => {
  it('sends the preface, and SETTINGS without push', async () => {
    await using session = await startClientSession();
    const { payload } = await session.server.nextOf(SETTINGS);
    expect(payload.subarray(0, 6)).toEqual(Buffer.from([0, 2, 0, 0, 0, 0]));
  });

  it('ends with SETTINGS_TIMEOUT when the server sends no SETTINGS', async () => {
    const listener = createTcpServer(() => {}).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const closed = Promise.withResolvers<number>();
    const socket = connect(port, '127.0.0.1');
    openConnection(socket, { limits: { handshakeMs: 1 }, onClose: ({ code }) => closed.resolve(code) });
    expect(await closed.promise).toBe(ErrorCode.SETTINGS_TIMEOUT);
    listener.close();
  });
});

describe('the limit of concurrent streams', () => {
  it('is the number that the server allows, and capacity is reported when a stream closes', async () => {
    let capacity = 0;
    const onCapacity = () => {
      capacity++;
    };
    await using session = await startClientSession({ onCapacity }, settings([3, 2]));
    session.request();
    expect(session.connection.hasCapacity).toBe(true);
    session.request();
    expect(session.connection).toMatchObject({ hasCapacity: false, openStreams: 2 });
    expect(() => session.request()).toThrow('hasCapacity');
    session.server.send(frame(RST_STREAM, 0, 1, uint32s(CANCEL)));
    await session.settle();
    expect(capacity).toBe(1);
    session.request();
    session.server.send(settings([3, 10]));
    await session.settle();
    expect(capacity).toBe(2);
  });

  it('is infinite if the server names no number', async () => {
    await using session = await startClientSession();
    for (let opened = 0; opened < 1_000; opened++) session.request();
    expect(session.connection.hasCapacity).toBe(true);
  });
});

describe('GOAWAY', () => {
  it('refuses the streams above the last one at once, and lets the others end', async () => {
    const goaways: (Goaway | undefined)[] = [];
    await using session = await startClientSession({ onDraining: (received) => goaways.push(received) });
    const [first, second] = [session.request(true), session.request(true)];
    session.server.send(goaway(1, NO_ERROR, 'max_age'));
    await session.settle();
    expect(goaways).toEqual([{ code: NO_ERROR, debugData: 'max_age' }]);
    expect(session.connection.hasCapacity).toBe(false);
    expect(second.response.closes).toEqual([{ code: REFUSED_STREAM, by: 'peer' }]);
    expect(first.response.closes).toEqual([]);
    session.server.send(respond(1));
    expect(await session.closed).toMatchObject({ by: 'peer', code: NO_ERROR });
    expect(first.response.closes).toEqual([undefined]);
  });

  it('drops what the server still sends on refused streams', async () => {
    await using session = await startClientSession();
    const { response } = session.request(true);
    session.request(true);
    session.server.send(goaway(1), respond(3, 0), data(3, 5), respond(1));
    expect(await session.closed).toMatchObject({ by: 'peer', code: NO_ERROR });
    expect(response.closes).toEqual([undefined]);
  });

  it('with an error is the reason that the connection reports', async () => {
    await using session = await startClientSession();
    session.server.send(goaway(0, ENHANCE_YOUR_CALM, 'too_many_pings'));
    expect(await session.closed).toMatchObject({ by: 'peer', code: ENHANCE_YOUR_CALM });
  });
});

describe('drain', () => {
  it('takes no more requests, and ends with the last response', async () => {
    await using session = await startClientSession();
    const { response } = session.request(true);
    session.connection.drain();
    expect(session.connection.hasCapacity).toBe(false);
    expect(await session.server.goaway()).toMatchObject({ lastStream: 0, code: NO_ERROR });
    session.server.send(respond(1));
    expect(await session.closed).toMatchObject({ by: 'local', code: NO_ERROR });
    expect(response.closes).toEqual([undefined]);
  });

  it('ends an idle connection at once', async () => {
    await using session = await startClientSession();
    session.connection.drain();
    expect(await session.closed).toMatchObject({ by: 'local' });
  });
});

describe('a stream', () => {
  it('is reset with NO_ERROR when its response ends before its request', async () => {
    await using session = await startClientSession();
    const { response } = session.request();
    session.server.send(respond(1));
    expect(await session.server.reset(1)).toBe(NO_ERROR);
    expect(response.closes).toEqual([undefined]);
  });

  it('closes by reset, and drops what the server sends afterwards', async () => {
    await using session = await startClientSession();
    const { stream, response } = session.request();
    stream.reset(CANCEL);
    expect(response.closes).toEqual([{ code: CANCEL, by: 'handler' }]);
    expect(await session.server.reset(1)).toBe(CANCEL);
    session.server.send(respond(1, 0), data(1, 10));
    await session.settle();
    expect(response.headers).toEqual([]);
  });

  it('closes with the connection', async () => {
    await using session = await startClientSession();
    const { response } = session.request();
    session.server.socket.destroy();
    await session.closed;
    expect(response.closes).toEqual([{ code: NO_ERROR, by: 'connection' }]);
  });

  it('sends no more than the window of the server, and calls onDrain when the server has enlarged it', async () => {
    await using session = await startClientSession({}, settings([4, 10]));
    const { stream, response } = session.request();
    expect(stream.sendData(nothing, Buffer.alloc(15))).toBe(false);
    await session.settle();
    expect(session.server.dataBytes(1)).toBe(10);
    session.server.send(frame(WINDOW_UPDATE, 0, 1, uint32s(100)));
    await session.settle();
    expect(session.server.dataBytes(1)).toBe(15);
    expect(response.drains).toBe(1);
  });

  it('accepts no more than its own window, and enlarges it as data is consumed', async () => {
    await using session = await startClientSession({ limits: { streamWindowBytes: 100_000 } });
    const { stream, response } = session.request(true);
    session.server.send(respond(1, 0), data(1, 16_384), data(1, 16_384), data(1, 16_384), data(1, 16_384));
    await session.settle();
    expect(response.bytes).toBe(65_536);
    stream.consume(65_536);
    await session.server.nextOf(WINDOW_UPDATE, 1);
    session.server.send(...Array.from({ length: 7 }, () => data(1, 16_384)));
    expect(await session.server.reset(1)).toBe(ErrorCode.FLOW_CONTROL_ERROR);
  });
});

it('measures a round trip with PING', async () => {
  await using session = await startClientSession();
  const roundTrip = new Promise<number>((resolve) => session.connection.ping(resolve));
  const { payload } = await session.server.next(({ type, flags }) => type === PING && flags === 0);
  session.server.send(frame(PING, Flag.ACK, 0, payload));
  expect(await roundTrip).toBeGreaterThanOrEqual(0);
});

it('exchanges 300 echoes of various sizes with node:http2 at once', async () => {
  const server = createServer().on('stream', (stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ done: 'yes' }));
    stream.pipe(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const connection = openConnection(connect(port, '127.0.0.1'), {});
  const fields = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'localhost'],
  ] as const;
  const echo = (length: number) =>
    new Promise<number>((resolve, reject) => {
      class Echo extends ResponseRecorder {
        override onData(_chunk: Buffer, start: number, end: number): void {
          super.onData(_chunk, start, end);
          stream.consume(end - start);
        }
        override onClose(reason: Parameters<ResponseRecorder['onClose']>[0]): void {
          if (reason === undefined && this.trailers[0]?.get('done') === 'yes') resolve(this.bytes);
          else reject(new Error(`${reason?.code} ${reason?.by}`));
        }
      }
      const stream = connection.request(headerList(fields), headerList([['x-length', String(length)]]), new Echo());
      stream.sendData(nothing, Buffer.alloc(length), true);
    });
  const lengths = Array.from({ length: 300 }, (_, index) => (index % 10) * 20_000 + index);
  for (let from = 0; from < lengths.length; from += 100) {
    const some = lengths.slice(from, from + 100);
    expect(await Promise.all(some.map(echo))).toEqual(some);
  }
  connection.drain();
  server.close();
  await once(server, 'close');
});
