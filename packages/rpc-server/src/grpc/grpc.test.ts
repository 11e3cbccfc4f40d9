import { once } from 'node:events';
import http2 from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { Flag, FrameType, frame, RawClient, type RawFrame } from '@example/http2/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callHeaders } from '../testing/call-headers.ts';
import { startServer, type TestServer } from '../testing/test-server.ts';

const maxMessageBytes = 1_000;
let server: TestServer;
let client: RawClient;
let isStreamEnded: boolean;

beforeEach(async () => {
  isStreamEnded = false;
  server = await startServer({
    config: { maxMessageBytes },
    users: {
      createUser: async ({ name }, { responseHeader }) => {
        responseHeader.set('connection', 'close');
        return { name };
      },
      listUsers: () => {
        throw new ConnectError('100 % wrong', Code.Aborted);
      },
    },
    notes: {
      async *listNotes() {
        try {
          while (true) yield { id: 'x'.repeat(10_000) };
        } finally {
          isStreamEnded = true;
        }
      },
      createNote: () => new Promise(() => {}),
      updateNote(_, { responseHeader }) {
        responseHeader.set('x-bad', 'a\u0001b');
        return {};
      },
      async uploadLines(lines) {
        let lineCount = 0;
        for await (const _ of lines) lineCount += 1;
        return { lineCount };
      },
    },
  });
  client = await RawClient.connect(server.port);
});
afterEach(() => void client.socket.destroy());

/** An envelope of an empty message. */
const empty = Buffer.alloc(5);

function call(
  streamId: number,
  method: string,
  more: Record<string, string> = {},
  service = 'user.v1.UserService',
): void {
  client.send(frame(FrameType.HEADERS, Flag.END_HEADERS, streamId, callHeaders(`/${service}/${method}`, more)));
}

function endWith(streamId: number, message: Uint8Array): void {
  client.send(frame(FrameType.DATA, Flag.END_STREAM, streamId, message));
}

const isEnd = ({ flags }: RawFrame) => (flags & Flag.END_STREAM) !== 0;
const ofStream = (id: number) => client.frames.filter(({ streamId }) => streamId === id);

async function framesOf(id: number): Promise<RawFrame[]> {
  await client.next((found) => found.streamId === id && isEnd(found));
  return ofStream(id);
}

/** Calls by Node's client. @returns header fields and trailers of the response */
async function fieldsOf(
  method: string,
  more: Record<string, string> = {},
  service = 'user.v1.UserService',
): Promise<http2.IncomingHttpHeaders> {
  const session = http2.connect(server.url);
  const path = `/${service}/${method}`;
  const request = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', ...more });
  request.end(empty);
  request.resume();
  let fields: http2.IncomingHttpHeaders = {};
  const add = (more: http2.IncomingHttpHeaders) => {
    fields = { ...fields, ...more };
  };
  request.on('response', add).on('trailers', add);
  await once(request, 'close');
  session.destroy();
  return fields;
}

describe('a unary gRPC call', () => {
  it('that fails gets a single block of header fields and trailers, with its message percent-encoded', async () => {
    call(1, 'ListUsers');
    endWith(1, empty);
    expect((await framesOf(1)).map(({ type }) => type)).toEqual([FrameType.HEADERS]);
    expect(await fieldsOf('ListUsers')).toMatchObject({
      ':status': 200,
      'grpc-status': `${Code.Aborted}`,
      'grpc-message': '100 %25 wrong',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('gets its x-request-id back, if the client sent one', async () => {
    expect(await fieldsOf('GetUser', { 'x-request-id': 'mine' })).toMatchObject({ 'x-request-id': 'mine' });
    expect(await fieldsOf('GetUser')).not.toHaveProperty('x-request-id');
  });

  it('gets no field that HTTP/2 forbids, whatever its handler sets', async () => {
    expect(await fieldsOf('CreateUser')).toMatchObject({ 'grpc-status': '0' });
  });

  it('is INTERNAL when its handler sets a field that cannot be sent', async () => {
    const fields = await fieldsOf('UpdateNote', {}, 'notes.v1.NoteService');
    expect(fields['grpc-status']).toBe(`${Code.Internal}`);
  });

  it('ends at its deadline', async () => {
    const timedOut = { 'grpc-status': `${Code.DeadlineExceeded}`, 'grpc-message': 'the operation timed out' };
    for (const timeout of ['50m', '0S']) {
      expect(await fieldsOf('CreateNote', { 'grpc-timeout': timeout }, 'notes.v1.NoteService')).toMatchObject(timedOut);
    }
  });

  it('accepts metadata with the names of properties of objects', async () => {
    expect(await fieldsOf('GetUser', { constructor: '1', tostring: '2' })).toMatchObject({ 'grpc-status': '0' });
  });

  it('with two timeouts is INVALID_ARGUMENT', async () => {
    const twice = { 'grpc-timeout': ['1S', '2S'] as unknown as string };
    expect(await fieldsOf('GetUser', twice)).toMatchObject({ 'grpc-status': `${Code.InvalidArgument}` });
  });

  it.each([
    ['no message', Buffer.alloc(0)],
    ['two messages', Buffer.alloc(10)],
  ])('with %s is UNIMPLEMENTED', async (_, body) => {
    call(1, 'GetUser');
    endWith(1, body);
    const [trailers] = await framesOf(1);
    expect(`${trailers?.payload.toString('latin1')}`).toContain(`${Code.Unimplemented}`);
  });

  it('ends as soon as a second message begins', async () => {
    call(1, 'GetUser');
    client.send(frame(FrameType.DATA, 0, 1, Buffer.alloc(6)));
    await framesOf(1);
  });

  it.each([
    ['GetUser', 'user.v1.UserService'],
    ['UploadLines', 'notes.v1.NoteService'],
  ])(
    'with a message above the limit (%s) fails by its header alone, and is reset with NO_ERROR',
    async (method, service) => {
      call(1, method, {}, service);
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(maxMessageBytes + 1, 1);
      client.send(frame(FrameType.DATA, 0, 1, prefix));
      const reset = await client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 1);
      expect(reset.payload.readUInt32BE()).toBe(http2.constants.NGHTTP2_NO_ERROR);
      expect(ofStream(1).filter(isEnd)).toHaveLength(1);
    },
  );
});

describe('a stream of responses', () => {
  it('stops while its client does not read, and ends when the client cancels', async () => {
    call(1, 'ListNotes', {}, 'notes.v1.NoteService');
    endWith(1, empty);
    const window = 65_535;
    const received = () =>
      ofStream(1).reduce((sum, { type, payload }) => sum + (type === FrameType.DATA ? payload.length : 0), 0);
    await expect.poll(received).toBe(window);
    expect(isStreamEnded).toBe(false);
    const cancel = Buffer.alloc(4);
    cancel.writeUInt32BE(http2.constants.NGHTTP2_CANCEL);
    client.send(frame(FrameType.RST_STREAM, 0, 1, cancel));
    await expect.poll(() => isStreamEnded).toBe(true);
  });
});

describe('a stream of requests', () => {
  it('reopens its window as its messages are read', async () => {
    call(1, 'UploadLines', {}, 'notes.v1.NoteService');
    const message = Buffer.alloc(maxMessageBytes + 5);
    message.writeUInt32BE(maxMessageBytes, 1);
    // An unknown field of type bytes.
    message.set([0x7a, 0xe5, 0x07], 5);
    const [count, perFrame] = [600, 10];
    let allowed = 65_535;
    for (let sent = 0; sent < count; sent += perFrame) {
      const bytes = Buffer.concat(Array.from({ length: perFrame }, () => message));
      const updates = () => ofStream(1).filter(({ type }) => type === FrameType.WINDOW_UPDATE);
      const granted = () => updates().reduce((sum, { payload }) => sum + payload.readUInt32BE(), 0);
      const settings = await client.next(({ type, flags }) => type === FrameType.SETTINGS && flags === 0);
      allowed = windowIn(settings.payload);
      await expect.poll(() => allowed + granted() - sent * message.length).toBeGreaterThan(bytes.length);
      client.send(frame(FrameType.DATA, 0, 1, bytes));
    }
    endWith(1, Buffer.alloc(0));
    const [, data] = (await framesOf(1)).filter(({ type }) => type !== FrameType.WINDOW_UPDATE);
    expect(data?.payload.subarray(5)).toEqual(Buffer.from([0x08, 0xd8, 0x04]));
  });
});

/** SETTINGS_INITIAL_WINDOW_SIZE. */
function windowIn(settings: Buffer): number {
  for (let at = 0; at < settings.length; at += 6) {
    if (settings.readUInt16BE(at) === 4) return settings.readUInt32BE(at + 2);
  }
  return 65_535;
}
