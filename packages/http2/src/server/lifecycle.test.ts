import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Connection, ConnectionOptions } from '../api.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType, preface } from '../frames/frame-type.ts';
import { headerList } from '../headers/header-list.ts';
import { data, literals, RawClient, request, requestFields, settings } from '../testing/raw-client.ts';
import { frame, type RawFrame, uint32s } from '../testing/raw-frames.ts';
import { Recorders } from '../testing/recorder.ts';
import { type RunningServer, startServer } from '../testing/test-server.ts';

const { HEADERS, PING, GOAWAY, DATA, RST_STREAM } = FrameType;
const { ACK, END_STREAM } = Flag;
const { NO_ERROR, ENHANCE_YOUR_CALM, INTERNAL_ERROR, SETTINGS_TIMEOUT, CANCEL } = ErrorCode;
const highestStream = 2 ** 31 - 1;
const ok = headerList([[':status', '200']]);

const isPing = ({ type, flags }: RawFrame) => type === PING && flags === 0;
const acknowledge = ({ payload }: RawFrame) => frame(PING, ACK, 0, payload);
const goaways = ({ frames }: RawClient) =>
  frames.filter(({ type }) => type === GOAWAY).map(({ payload }) => payload.readUInt32BE());

/** Waits until the server has processed the client's SETTINGS. @returns the server's connection */
async function connectionOf(server: RunningServer, client: RawClient): Promise<Connection> {
  await client.settle();
  return server.connections[0] as Connection;
}

describe('drain', () => {
  it('sends GOAWAY twice, accepts streams only before the second, and ends after the last stream', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1));
    const connection = await connectionOf(server, client);
    const drained: number[] = [];
    connection.drain(() => drained.push(connection.openStreams));
    connection.drain(() => drained.push(-1));
    expect(connection.draining).toBe(true);
    const ping = await client.next(isPing);
    expect(goaways(client)).toEqual([highestStream]);

    client.send(request(3), acknowledge(ping));
    await client.next(() => goaways(client).length === 2);
    expect(goaways(client)).toEqual([highestStream, 3]);
    // The server ignores stream 5.
    client.send(request(5, 0), data(5, 1_000, END_STREAM));
    await client.settle();
    expect(recorders.count).toBe(2);

    for (const index of [0, 1]) {
      expect(drained).toEqual([]);
      (await recorders.at(index)).stream.sendHeaders(ok, true);
    }
    expect(drained).toEqual([0, -1]);
    await client.closed;
    expect(client.frames.filter(({ type }) => type === HEADERS).map(({ streamId }) => streamId)).toEqual([1, 3]);
    expect(client.frames.some(({ type }) => type === RST_STREAM)).toBe(false);
    expect(await server.ended()).toMatchObject({ code: NO_ERROR, by: 'local', message: 'graceful shutdown' });
  });

  it('does not call onDrained if the connection is closed first', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1));
    const connection = await connectionOf(server, client);
    let isDrained = false;
    connection.drain(() => {
      isDrained = true;
    });
    client.send(acknowledge(await client.next(isPing)));
    await client.next(() => goaways(client).length === 2);
    connection.close();
    await client.closed;
    expect(isDrained).toBe(false);
  });

  it('does not wait for a peer that does not acknowledge PING', async () => {
    await using server = await startServer();
    using client = await RawClient.connect(server.port);
    (await connectionOf(server, client)).drain();
    await client.closed;
    expect(goaways(client)).toEqual([highestStream, 0]);
  });

  it('starts by itself when a connection has been idle', async () => {
    await using server = await startServer({ limits: { idleMs: 100 } });
    using client = await RawClient.connect(server.port);
    client.send(acknowledge(await client.next(isPing)));
    await client.closed;
    expect(goaways(client)).toEqual([highestStream, 0]);
  });
});

describe('close', () => {
  it('ends every stream and the connection at once', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1));
    const connection = await connectionOf(server, client);
    connection.close(CANCEL);
    const { stream, closes } = await recorders.at(0);
    expect(closes).toEqual([{ code: CANCEL, by: 'connection' }]);
    expect(stream.closed).toBe(true);
    // No method of a closed stream sends anything or throws.
    stream.sendHeaders(ok);
    expect(stream.sendData(new Uint8Array(), new Uint8Array(1))).toBe(true);
    stream.reset(CANCEL);
    stream.consume(1);
    expect(await client.goaway()).toMatchObject({ lastStream: 1, code: CANCEL });
    await client.closed;
    expect(client.frames.some(({ streamId }) => streamId !== 0)).toBe(false);
  });

  it('destroys a socket whose peer does not end it', async () => {
    await using server = await startServer();
    using client = await RawClient.connect(server.port);
    const connection = await connectionOf(server, client);
    client.socket.pause();
    client.socket.allowHalfOpen = true;
    connection.close();
    await server.ended();
    expect(connection.socket.destroyed).toBe(true);
  });
});

describe('a peer', () => {
  it('that sends GOAWAY ends the connection after its last stream', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1), frame(GOAWAY, 0, 0, uint32s(0, NO_ERROR)));
    const connection = await connectionOf(server, client);
    expect(connection.draining).toBe(true);
    (await recorders.at(0)).stream.sendHeaders(ok, true);
    await client.closed;
    expect(client.frames.some(({ type, streamId }) => type === HEADERS && streamId === 1)).toBe(true);
    expect(await server.ended()).toMatchObject({ code: NO_ERROR, by: 'peer' });
  });

  it('whose connection is lost has its streams closed', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    const client = await RawClient.connect(server.port, settings([4, 0]));
    client.send(request(1, 0), data(1, 1_000));
    await client.settle();
    const { stream, closes } = await recorders.at(0);
    stream.sendData(new Uint8Array(), Buffer.alloc(5_000));
    client.socket.resetAndDestroy();
    expect((await server.ended()).by).toBe('peer');
    expect(closes).toEqual([{ code: NO_ERROR, by: 'connection' }]);
  });
});

describe('ping', () => {
  it('measures the round trip', async () => {
    await using server = await startServer();
    using client = await RawClient.connect(server.port);
    const connection = await connectionOf(server, client);
    const { promise, resolve } = Promise.withResolvers<number>();
    connection.ping(resolve);
    client.send(acknowledge(await client.next(isPing)));
    expect(await promise).toBeGreaterThan(0);
  });

  it('keeps the connection of a silent peer that acknowledges it', async () => {
    await using server = await startServer({ limits: { keepaliveMs: 100, keepaliveTimeoutMs: 600 } });
    using client = await RawClient.connect(server.port);
    for (let count = 1; count <= 3; count++) {
      await client.next(() => client.frames.filter(isPing).length === count);
      client.send(acknowledge(client.frames.filter(isPing).at(-1) as RawFrame));
    }
    expect(server.ends).toEqual([]);
  });

  it('ends the connection of a silent peer that does not acknowledge it', async () => {
    await using server = await startServer({ limits: { keepaliveMs: 100, keepaliveTimeoutMs: 100 } });
    using client = await RawClient.connect(server.port);
    await client.closed;
    expect((await server.ended()).message).toBe('timeout: the peer does not acknowledge PING');
  });
});

describe('a peer that is too slow', () => {
  it.each([
    ['its preface', [preface.subarray(0, 10)]],
    ['its SETTINGS', [preface]],
  ])('to send %s loses the connection', async (_name, bytes) => {
    await using server = await startServer({ limits: { handshakeMs: 100 } });
    using client = await RawClient.connectSilently(server.port);
    client.send(...bytes);
    expect(await client.goaway()).toMatchObject({ code: SETTINGS_TIMEOUT });
    await client.closed;
  });

  it('to acknowledge SETTINGS has its connection ended', async () => {
    await using server = await startServer({ limits: { handshakeMs: 100 } });
    using client = await RawClient.connectSilently(server.port);
    client.send(preface, settings());
    expect(await server.ended()).toMatchObject({ code: SETTINGS_TIMEOUT });
  });

  it.each([
    ['a frame', data(1, 100).subarray(0, 50)],
    ['a header block', frame(HEADERS, 0, 3, literals(requestFields))],
  ])('to complete %s loses the connection', async (_name, bytes) => {
    await using server = await startServer({ limits: { stallMs: 100 } });
    using client = await RawClient.connect(server.port);
    await client.settle();
    client.send(request(1, 0), bytes);
    expect(await client.goaway()).toMatchObject({ code: ENHANCE_YOUR_CALM });
  });
});

describe('a handler that throws', () => {
  const fault = new Error('fault');
  const fail = () => {
    throw fault;
  };
  const nothing = () => {};
  const idleHandler = { onData: nothing, onEnd: nothing, onDrain: nothing, onClose: nothing };
  const handlers: [string, ConnectionOptions['accept']][] = [
    ['accept', fail],
    ['onData', () => ({ ...idleHandler, onData: fail })],
    ['onEnd', () => ({ ...idleHandler, onEnd: fail })],
    ['onClose', (stream) => ({ ...idleHandler, onClose: fail, onEnd: () => stream.reset(CANCEL) })],
  ];

  it.each(handlers)('in %s ends its connection with INTERNAL_ERROR', async (_name, accept) => {
    await using server = await startServer({ accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1, 0), data(1, 1, END_STREAM));
    expect(await client.goaway()).toMatchObject({ code: INTERNAL_ERROR });
    expect(await server.ended()).toMatchObject({ by: 'local', cause: fault });
  });

  it('in onClose does not prevent onClose of the other streams when the connection ends', async () => {
    let closes = 0;
    const onClose = () => {
      closes++;
      fail();
    };
    await using server = await startServer({ accept: () => ({ ...idleHandler, onClose }) });
    using client = await RawClient.connect(server.port);
    client.send(request(1), request(3), request(5));
    (await connectionOf(server, client)).close();
    expect(closes).toBe(3);
    expect(await server.ended()).toMatchObject({ code: NO_ERROR, cause: fault });
  });
});

describe('the bytes of a connection', () => {
  const opening = Buffer.concat([
    preface,
    settings(),
    request(1, 0),
    data(1, 30),
    data(1, 20_000 - 4_000),
    data(1, 0, END_STREAM),
  ]);

  it('can arrive one at a time', async () => {
    await using server = await startServer();
    using client = await RawClient.connectSilently(server.port);
    for (let at = 0; at < 200; at++) {
      client.send(opening.subarray(at, at + 1));
      await new Promise(setImmediate);
    }
    client.send(opening.subarray(200));
    expect(String((await client.nextOf(DATA, 1)).payload)).toBe('POST / 16030\n');
  });

  it('can start with firstBytes that were read earlier', async () => {
    await using server = await startServer({ firstBytes: opening.subarray(0, 100) });
    using client = await RawClient.connectSilently(server.port);
    client.send(opening.subarray(100));
    expect(String((await client.nextOf(DATA, 1)).payload)).toBe('POST / 16030\n');
  });
});

describe('a connection', () => {
  it('splits a header block that exceeds the frame size into CONTINUATION frames', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1));
    const { stream } = await recorders.at(0);
    stream.sendHeaders(
      headerList([
        [':status', '200'],
        ['a', '\\'.repeat(40_000)],
      ]),
      true,
    );
    await client.settle();
    const types = client.frames.filter(({ streamId }) => streamId === 1).map(({ type, flags }) => [type, flags]);
    expect(types).toEqual([
      [HEADERS, END_STREAM],
      [FrameType.CONTINUATION, 0],
      [FrameType.CONTINUATION, Flag.END_HEADERS],
    ]);
  });

  it('writes all frames of a turn at once, and joins small DATA of a stream into one frame', async () => {
    const recorders = new Recorders();
    await using server = await startServer({ accept: recorders.accept });
    using client = await RawClient.connect(server.port);
    client.send(request(1), request(3));
    const [one, other] = [await recorders.at(0), await recorders.at(1)];
    const { socket } = server.connections[0] as Connection;
    await client.settle();
    const writes = vi.spyOn(socket, 'write');
    for (const { stream } of [one, other]) stream.sendHeaders(ok);
    for (const { stream } of [one, other]) {
      for (let count = 0; count < 10; count++) stream.sendData(Buffer.from([count]), Buffer.alloc(9));
    }
    for (const { stream } of [one, other]) stream.sendData(new Uint8Array(), Buffer.alloc(5), true);
    await once(client.socket, 'data');
    await client.settle();
    const contents = client.frames
      .filter(({ type }) => type === DATA)
      .map(({ streamId, payload, flags }) => [streamId, payload.length, flags]);
    expect(contents).toEqual([
      [1, 100, 0],
      [3, 100, 0],
      [1, 5, END_STREAM],
      [3, 5, END_STREAM],
    ]);
    // The second write is the acknowledgement of PING in `settle`.
    expect(writes).toHaveBeenCalledTimes(2);
  });
});
