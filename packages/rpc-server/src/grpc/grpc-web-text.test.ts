import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { ListNotesRequestSchema, NoteSchema } from '@example/kit/notes';
import { GetUserRequestSchema, UserSchema } from '@example/protos/user/v1';
import { beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer({
    users: { getUser: ({ id }) => ({ id, name: 'Ñ'.repeat(100) }) },
    notes: {
      async *listNotes({ authorName }) {
        for (const id of ['1', '22', '333']) yield { id, authorName };
      },
    },
  });
});

const getUser = '/user.v1.UserService/GetUser';
const request = envelope(toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { id: '7' })));

function envelope(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

type Envelopes = [flags: number, message: Buffer][];

/** Calls by fetch, over HTTP/1.1. @returns the envelopes of the response: flags and messages */
async function call(path: string, body: string | ReadableStream): Promise<Envelopes> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web-text' },
    body,
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/grpc-web-text+proto');
  const text = await response.text();
  const bytes = Buffer.concat((text.match(/.{4}/g) ?? []).map((four) => Buffer.from(four, 'base64')));
  const envelopes: Envelopes = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    envelopes.push([bytes[at] as number, bytes.subarray(at + 5, end)]);
    at = end;
  }
  return envelopes;
}

describe('application/grpc-web-text', () => {
  it('carries a unary call in base64', async () => {
    const envelopes = await call(getUser, request.toString('base64'));
    const [[flags, message], [endFlags, trailers]] = envelopes as [Envelopes[number], Envelopes[number]];
    expect(flags).toBe(0);
    expect(fromBinary(UserSchema, message)).toMatchObject({ id: '7', name: 'Ñ'.repeat(100) });
    expect([endFlags, `${trailers}`]).toEqual([0x80, 'grpc-status: 0\r\n']);
  });

  it('carries a stream of responses, each of which can be decoded when it arrives', async () => {
    const message = toBinary(ListNotesRequestSchema, create(ListNotesRequestSchema, { authorName: 'c' }));
    const envelopes = await call('/notes.v1.NoteService/ListNotes', envelope(message).toString('base64'));
    const notes = envelopes.slice(0, -1).map(([, bytes]) => fromBinary(NoteSchema, bytes).id);
    expect(notes).toEqual(['1', '22', '333']);
    expect(envelopes.at(-1)?.[0]).toBe(0x80);
  });

  it.each([1, 2, 3, 5])(
    'accepts base64 that is padded in between and arrives in chunks of %i characters',
    async (size) => {
      const padded = [request.subarray(0, 1), request.subarray(1, 3), request.subarray(3)]
        .map((part) => part.toString('base64'))
        .join('');
      const chunks = padded.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
      const body = new ReadableStream({
        async pull(controller) {
          const chunk = chunks.shift();
          if (chunk === undefined) controller.close();
          else controller.enqueue(Buffer.from(chunk));
          await new Promise(setImmediate);
        },
      });
      const [[, message]] = (await call(getUser, body)) as [Envelopes[number]];
      expect(fromBinary(UserSchema, message)).toMatchObject({ id: '7' });
    },
  );

  it.each(['*', 'AAAAAAA', 'A=AA'])('refuses %s, which is not base64', async (body) => {
    const [[, trailers]] = (await call(getUser, body)) as [Envelopes[number]];
    expect(`${trailers}`).toContain(`grpc-status: ${Code.InvalidArgument}\r\n`);
  });
});
