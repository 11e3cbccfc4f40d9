import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { headerList } from '../headers/header-list.ts';
import { data, RawClient, request, settings } from '../testing/raw-client.ts';
import { frame, uint32s } from '../testing/raw-frames.ts';
import { Recorder } from '../testing/recorder.ts';
import { startServer } from '../testing/test-server.ts';
import { startSession } from '../testing/test-session.ts';

const { DATA, HEADERS, RST_STREAM, WINDOW_UPDATE } = FrameType;
const { END_STREAM } = Flag;
const nothing = new Uint8Array();
const ok = headerList([[':status', '200']]);
const trailers = headerList([['a', 'b']]);

const windowUpdates = (client: RawClient, streamId: number) =>
  client.frames
    .filter((frame) => frame.type === WINDOW_UPDATE && frame.streamId === streamId)
    .map(({ payload }) => payload.readUInt32BE());

describe('a request', () => {
  it('is followed by WINDOW_UPDATE when half of its window has been consumed', async () => {
    await using it = await startSession(settings(), { streamWindowBytes: 100_000, connectionWindowBytes: 200_000 });
    it.client.send(request(1, 0));
    const { stream } = await it.recorders.at(0);
    it.client.send(...Array.from({ length: 6 }, () => data(1, 16_000)));
    await it.client.settle();
    stream.consume(49_999);
    await it.client.settle();
    expect(windowUpdates(it.client, 1)).toEqual([]);
    stream.consume(1);
    await it.client.settle();
    expect(windowUpdates(it.client, 1)).toEqual([50_000]);
    stream.consume(46_000);
    it.client.send(data(1, 16_000), data(1, 16_000));
    await it.client.settle();
    stream.consume(32_000);
    await it.client.settle();
    expect(windowUpdates(it.client, 1)).toEqual([50_000, 78_000]);
    expect(windowUpdates(it.client, 0)).toEqual([200_000 - 65_535, 128_000]);
  });

  it('with padding has it returned to both windows, and after its end only to the connection window', async () => {
    await using it = await startSession(settings(), { streamWindowBytes: 1_000, connectionWindowBytes: 66_000 });
    it.client.send(request(1, 0));
    const { stream } = await it.recorders.at(0);
    it.client.send(frame(DATA, Flag.PADDED, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(256)])));
    it.client.send(frame(DATA, Flag.PADDED, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(256)])));
    await it.client.settle();
    expect(windowUpdates(it.client, 1)).toEqual([512]);
    it.client.send(data(1, 600, END_STREAM));
    await it.client.settle();
    stream.consume(602);
    await it.client.settle();
    expect(windowUpdates(it.client, 1)).toEqual([512]);
  });

  it('that exceeds its stream window is reset, and the connection continues', async () => {
    await using it = await startSession(settings(), { streamWindowBytes: 65_535, connectionWindowBytes: 1_000_000 });
    it.client.send(request(1, 0), ...Array.from({ length: 4 }, () => data(1, 16_384)));
    expect(await it.client.reset(1)).toBe(ErrorCode.FLOW_CONTROL_ERROR);
    const recorder = await it.recorders.at(0);
    expect(recorder.bytes).toBe(3 * 16_384);
    expect(recorder.closes).toEqual([{ code: ErrorCode.FLOW_CONTROL_ERROR, by: 'rules' }]);
  });

  it('that exceeds the connection window ends the connection', async () => {
    await using it = await startSession(settings(), { connectionWindowBytes: 65_535 });
    it.client.send(
      request(1, 0),
      request(3, 0),
      ...Array.from({ length: 4 }, (_, index) => data(index < 2 ? 1 : 3, 16_384)),
    );
    expect(await it.client.goaway()).toMatchObject({ code: ErrorCode.FLOW_CONTROL_ERROR });
  });

  it('may use the initial window of RFC 9113 until the peer acknowledges a smaller one', async () => {
    await using it = await startSession(settings(), { streamWindowBytes: 1_000 });
    // The frames are written together with the preface, so that the client has not read the server's SETTINGS yet.
    using client = await RawClient.connect(it.server.port, Buffer.concat([settings(), request(1, 0), data(1, 16_384)]));
    await client.settle();
    expect((await it.recorders.at(0)).bytes).toBe(16_384);
    client.send(data(1, 1));
    expect(await client.reset(1)).toBe(ErrorCode.FLOW_CONTROL_ERROR);
  });

  it('that is reset releases its unconsumed data to the connection window', async () => {
    await using it = await startSession(settings(), { connectionWindowBytes: 65_535 });
    for (let index = 0; index < 8; index++) {
      const streamId = 2 * index + 1;
      it.client.send(request(streamId, 0), data(streamId, 16_384));
      await it.client.settle();
      it.client.send(frame(RST_STREAM, 0, streamId, uint32s(ErrorCode.CANCEL)));
      await it.client.settle();
      expect((await it.recorders.at(index)).closes).toEqual([{ code: ErrorCode.CANCEL, by: 'peer' }]);
    }
  });

  it('that is read ahead is returned to the windows once', async () => {
    const limits = { streamWindowBytes: 16_000, connectionWindowBytes: 65_535 };
    await using it = await startSession(settings(), limits);
    it.client.send(request(1, 0));
    const recorder = await it.recorders.at(0);
    for (let count = 1; count <= 6; count++) {
      it.client.send(data(1, 16_000));
      await it.client.settle();
      recorder.stream.readAhead();
    }
    recorder.stream.consume(32_000);
    const granted = () => windowUpdates(it.client, 1).reduce((sum, increment) => sum + increment, 0);
    await it.client.settle();
    expect(granted()).toBe(96_000);
    it.client.send(data(1, 16_000));
    await it.client.settle();
    recorder.stream.consume(80_000);
    await it.client.settle();
    expect(granted()).toBe(112_000);
    const total = windowUpdates(it.client, 0).reduce((sum, increment) => sum + increment, 0);
    expect(total).toBeGreaterThan(112_000 - 65_535 / 2);
    expect(total).toBeLessThanOrEqual(112_000);
  });

  it('that is discarded is returned to the connection window, but not to its stream window', async () => {
    const limits = { streamWindowBytes: 65_535, connectionWindowBytes: 65_535 };
    await using it = await startSession(settings(), limits);
    it.client.send(request(1, 0), data(1, 16_000));
    const recorder = await it.recorders.at(0);
    await it.client.settle();
    recorder.stream.discard();
    it.client.send(data(1, 16_000), data(1, 16_000), data(1, 16_000, END_STREAM));
    await it.client.settle();
    expect({ bytes: recorder.bytes, ends: recorder.trailers }).toEqual({
      bytes: 16_000,
      ends: [undefined],
    });
    expect(windowUpdates(it.client, 0)).toEqual([48_000]);
    expect(windowUpdates(it.client, 1)).toEqual([]);
  });

  it('with an early response is reset with NO_ERROR, and its remaining frames are ignored', async () => {
    await using it = await startSession();
    it.client.send(request(1, 0));
    const recorder = await it.recorders.at(0);
    recorder.stream.respond(ok, nothing, Buffer.from('enough'), trailers);
    expect(recorder.closes).toEqual([{ code: ErrorCode.NO_ERROR, by: 'handler' }]);
    expect(await it.client.reset(1)).toBe(ErrorCode.NO_ERROR);
    it.client.send(data(1, 1_000), request(1, END_STREAM, [['a', 'b']]));
    await it.client.settle();
    expect(recorder.bytes).toBe(0);
    expect(it.client.frames.filter(({ type }) => type === DATA || type === HEADERS)).toHaveLength(3);
  });

  it('with an early response may end by itself, and its frames are still checked', async () => {
    await using server = await startServer({
      accept(stream) {
        stream.respond(ok, nothing, Buffer.from('enough'), trailers);
        return new Recorder(stream);
      },
    });
    using client = await RawClient.connect(server.port);
    // All frames are in one write, so that no time passes between them.
    client.send(request(1, 0), data(1, 1_000), data(1, 1, END_STREAM), request(3, 0), request(3));
    expect(await client.reset(3)).toBe(ErrorCode.PROTOCOL_ERROR);
    await client.settle();
    expect(client.frames.filter(({ type }) => type === RST_STREAM)).toHaveLength(1);
    client.send(data(1, 1));
    expect(await client.goaway()).toMatchObject({ code: ErrorCode.STREAM_CLOSED });
  });
});
