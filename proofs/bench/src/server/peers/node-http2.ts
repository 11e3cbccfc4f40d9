import { once } from 'node:events';
import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { LineSchema, ListNotesRequestSchema, NoteSchema, UploadedLinesSchema } from '@example/kit/notes';
import { GetUserRequestSchema, UserSchema } from '@example/protos/user/v1';
import { listenAndAnnounce, tlsFiles } from './process.ts';
import { findUser, notes, Upload } from './responses.ts';

/** The length of the header of an envelope. */
const prefixBytes = 5;

/** gRPC's envelopes on Node's HTTP/2, without checks and without error handling. */
const handlers: Readonly<Record<string, (stream: ServerHttp2Stream) => Promise<void>>> = {
  '/user.v1.UserService/GetUser': async (stream) => {
    for await (const { id } of messages(stream, GetUserRequestSchema)) stream.write(framed(UserSchema, findUser(id)));
  },
  '/notes.v1.NoteService/ListNotes': async (stream) => {
    for await (const { authorName } of messages(stream, ListNotesRequestSchema)) {
      for (const note of notes(authorName)) {
        if (!stream.write(framed(NoteSchema, note))) await once(stream, 'drain');
      }
    }
  },
  '/notes.v1.NoteService/UploadLines': async (stream) => {
    const upload = new Upload();
    for await (const line of messages(stream, LineSchema)) upload.add(line);
    stream.write(framed(UploadedLinesSchema, upload.summary()));
  },
};

async function* messages<D extends DescMessage>(stream: ServerHttp2Stream, schema: D): AsyncIterable<MessageShape<D>> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= prefixBytes) {
      const end = prefixBytes + rest.readUInt32BE(1);
      if (rest.length < end) break;
      yield fromBinary(schema, rest.subarray(prefixBytes, end));
      rest = rest.subarray(end);
    }
  }
}

function framed<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Buffer {
  const message = toBinary(schema, create(schema, init));
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

const tls = tlsFiles();
const server = tls ? createSecureServer(tls) : createServer();
server.on('stream', (stream, headers) => {
  // Clients may disconnect in the middle of a call.
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  handlers[headers[':path'] ?? '']?.(stream).then(
    () => stream.end(),
    () => stream.destroy(),
  );
});
listenAndAnnounce(server);
