import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import { LineSchema, ListNotesRequestSchema, NoteSchema, NoteService, UploadedLinesSchema } from '@example/kit/notes';
import { GetUserRequestSchema, UserSchema, UserService } from '@example/protos/user/v1';
import { line, note, streamLength, Upload, user } from './peers/responses.ts';

/** A request as h2load sends it, and a check of its response. */
export interface Request {
  readonly path: string;
  readonly contentType: string;
  readonly bodyFile: string;
  /** The smallest valid length of the response's body. */
  readonly responseBytes: number;
  /** The number that one call adds to the figure: its messages if the workload counts these, otherwise 1. */
  readonly messages: number;
  /** Makes the call once. @throws when it fails, or its response is wrong */
  check(transport: Transport): Promise<void>;
}

export const authorName = 'c-1';
const lines = Array.from({ length: streamLength }, () => line);

export type Requests = ReturnType<typeof writeRequests>;

/** Makes the requests of all workloads, with their bodies in files of `folder`. */
export function writeRequests(folder: string) {
  const file = (name: string, ...body: readonly (string | Buffer)[]) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat(body.map((part) => Buffer.from(part))));
    return path;
  };
  const grpc = { contentType: 'application/grpc+proto' };
  const getUser = { path: '/user.v1.UserService/GetUser', messages: 1, check: checkUser };
  const listNotes = {
    path: '/notes.v1.NoteService/ListNotes',
    messages: streamLength,
    bodyFile: file('list-notes.bin', envelope(ListNotesRequestSchema, { authorName })),
    responseBytes: streamLength * envelope(NoteSchema, note(authorName)).length,
    check: checkList,
  };
  const lineEnvelope = envelope(LineSchema, line);
  const getUserEnvelope = {
    ...getUser,
    bodyFile: file('get-user.bin', envelope(GetUserRequestSchema, { id: user.id })),
    responseBytes: envelope(UserSchema, user).length,
  };
  return {
    getUser: { ...getUserEnvelope, ...grpc },
    getUserByGrpcWeb: { ...getUserEnvelope, contentType: 'application/grpc-web+proto' },
    getUserByConnect: {
      ...getUser,
      contentType: 'application/proto',
      bodyFile: file('get-user.proto', message(GetUserRequestSchema, { id: user.id })),
      responseBytes: message(UserSchema, user).length,
    },
    getUserAsJson: {
      ...getUser,
      contentType: 'application/json',
      bodyFile: file('get-user.json', JSON.stringify({ id: user.id })),
      responseBytes: JSON.stringify(user).length,
    },
    listNotes: { ...listNotes, ...grpc },
    listNotesByConnect: { ...listNotes, contentType: 'application/connect+proto' },
    uploadLines: {
      ...grpc,
      path: '/notes.v1.NoteService/UploadLines',
      messages: streamLength,
      bodyFile: file('upload.bin', ...lines.map(() => lineEnvelope)),
      responseBytes: envelope(UploadedLinesSchema, uploaded()).length,
      check: checkUpload,
    },
  } satisfies Record<string, Request>;
}

async function checkUser(transport: Transport): Promise<void> {
  const { name } = await createClient(UserService, transport).getUser({ id: user.id });
  expect('name', name, user.name);
}

async function checkList(transport: Transport): Promise<void> {
  let count = 0;
  for await (const { id, lines } of noteClient(transport).listNotes({ authorName })) {
    if (id !== '' && lines.length === 1) count += 1;
  }
  expect('number of notes', count, streamLength);
}

async function checkUpload(transport: Transport): Promise<void> {
  const upload = async function* () {
    yield* lines;
  };
  const { lineCount, totalIndent } = await noteClient(transport).uploadLines(upload());
  expect('number of lines', lineCount, streamLength);
  expect('indent', totalIndent, uploaded().totalIndent);
}

function noteClient(transport: Transport): Client<typeof NoteService> {
  return createClient(NoteService, transport);
}

function uploaded() {
  const upload = new Upload();
  for (const line of lines) upload.add(line);
  return upload.summary();
}

function expect<T>(what: string, found: T, right: T): void {
  if (found !== right) throw new Error(`the ${what} is ${found}, not ${right}`);
}

function message<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Buffer {
  return Buffer.from(toBinary(schema, create(schema, init)));
}

/** A message in the envelope of gRPC and of Connect's streams. */
function envelope<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Buffer {
  const bytes = message(schema, init);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}
