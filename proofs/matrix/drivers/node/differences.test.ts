// The differences between libraries in the tables of docs/guides/javascript.md and docs/guides/typescript.md. Each row
// has a test with its name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { FieldMaskSchema, TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { NoteSchema, NoteService, RemarkSchema } from '@example/kit/notes';
import { root } from '@example/kit/root';
import { RetryInfo } from '@example/kit/ts-proto/google/rpc/error_details';
import { Status } from '@example/kit/ts-proto/google/rpc/status';
import * as tsProto from '@example/kit/ts-proto/notes/v1';
import { UpdateUserRequest } from '@example/kit/ts-proto/user/v2';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { UpdateUserRequestSchema } from '@example/protos/user/v2';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { credentials, makeClientConstructor, type ServiceDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type Options } from '@grpc/proto-loader';
import { expect, it } from 'vitest';

const beyondNumbers = '9007199254740993';

const includeDirs = [join(root, 'proto'), join(root, 'proofs/kit/proto')];
const shape: Options = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs,
};

function loaded(name: string, options: Options = shape) {
  const definition = loadSync('notes/v1/notes.proto', { ...options, includeDirs });
  return definition[`notes.v1.${name}`] as MessageTypeDefinition<object, Record<string, unknown>>;
}

const remark = loaded('Remark');
const sent = (message: object) => remark.deserialize(remark.serialize(message));

/** Remark.note_id with two bytes that are not UTF-8. */
const noUtf8 = Buffer.from([10, 2, 0xff, 0xfe]);
/** Remark.note_id, whose length is five bytes, but which ends after one byte. */
const cutOff = Buffer.from([10, 5, 65]);
/** A field 10, which Remark does not have. */
const unknownField = Buffer.from([0x52, 1, 65]);
/** UpdateNoteRequest.status with an unknown value. */
const unknownStatus = Buffer.from([0x10, 99]);

it('int64', () => {
  const bytes = remark.serialize({ sequence: beyondNumbers });
  expect(remark.deserialize(bytes)['sequence']).toBe(beyondNumbers);
  expect(loaded('Remark', { longs: Number }).deserialize(bytes)['sequence']).toBe(2 ** 53);
  expect(sent({ sequence: BigInt(beyondNumbers) })['sequence']).toBe(beyondNumbers);
  expect(sent({ sequence: Number(beyondNumbers) })['sequence']).toBe('9007199254740992');
  expect(sent({ sequence: '12x' })['sequence']).toBe('12');

  const message = fromBinary(RemarkSchema, bytes);
  expect(message.sequence).toBe(BigInt(beyondNumbers));
  expect(() => JSON.stringify(message)).toThrow('BigInt');
  expect(toJson(RemarkSchema, message)).toMatchObject({ sequence: beyondNumbers });
  expect(tsProto.Remark.decode(bytes).sequence).toBe(BigInt(beyondNumbers));
});

it('defaults', () => {
  expect(sent({})).toMatchObject({ text: '', sequence: '0' });
  expect(loaded('Remark', {}).deserialize(Buffer.of())).toEqual({});
  expect(create(RemarkSchema)).toMatchObject({ text: '', sequence: 0n });
  expect(tsProto.Remark.create()).toMatchObject({ text: '', sequence: 0n });
});

it('presence', () => {
  expect(sent({})['createTime']).toBeNull();
  expect(loaded('Remark', {}).deserialize(Buffer.of())['createTime']).toBeUndefined();
  expect(create(RemarkSchema).createTime).toBeUndefined();
  expect(tsProto.Remark.decode(Buffer.of()).createTime).toBeUndefined();

  // An UpdateUserRequest whose user has the age 0.
  const aged = Buffer.from([10, 2, 32, 0]);
  const loadedV2 = loadSync('user/v2/user.proto', shape)['user.v2.UpdateUserRequest'] as typeof remark;
  expect(loadedV2.deserialize(aged)['user']).toMatchObject({ age: 0, address: null });
  expect(loadedV2.deserialize(Buffer.from([10, 0]))['user']).not.toHaveProperty('age');
  expect(fromBinary(UpdateUserRequestSchema, aged).user?.age).toBe(0);
  expect(UpdateUserRequest.decode(aged).user?.age).toBe(0);
});

it('names', () => {
  expect(sent({ txt: 'hello' })).toEqual(sent({}));
  expect(loaded('Remark', { defaults: true, keepCase: true }).deserialize(Buffer.of())).toHaveProperty('note_id');
  // @ts-expect-error Neither type has a field txt, and ts-proto's type requires every field.
  const wrong = [create(RemarkSchema, { txt: 'hello' })];
  // @ts-expect-error
  const incomplete: tsProto.Remark = { text: 'hello' };
  expect(tsProto.Remark.create(incomplete)).toMatchObject({ text: 'hello', noteId: '' });
  expect(wrong).toHaveLength(1);
});

it('enums', () => {
  const update = loaded('UpdateNoteRequest');
  expect(update.deserialize(update.serialize({ status: 'PUBLISHED' }))['status']).toBe('NOTE_STATUS_UNSPECIFIED');
  expect(update.deserialize(unknownStatus)['status']).toBe(99);
  expect(tsProto.noteStatusFromJSON('PUBLISHED')).toBe(tsProto.NoteStatus.UNRECOGNIZED);
  expect(tsProto.NoteStatus.UNRECOGNIZED).toBe(-1);
  expect(tsProto.UpdateNoteRequest.decode(unknownStatus).status).toBe(99);
});

it('unknown fields', () => {
  const loader = loaded('Remark', {});
  expect(loader.serialize(loader.deserialize(unknownField))).toHaveLength(0);
  expect(tsProto.Remark.encode(tsProto.Remark.decode(unknownField)).finish()).toHaveLength(0);
  expect(toBinary(RemarkSchema, fromBinary(RemarkSchema, unknownField))).toEqual(new Uint8Array(unknownField));
});

it('malformed texts', () => {
  expect(remark.deserialize(noUtf8)['noteId']).toBe('��');
  expect(remark.deserialize(cutOff)['noteId']).toBe('A');
  expect(tsProto.Remark.decode(noUtf8).noteId).toBe('��');
  expect(() => fromBinary(RemarkSchema, noUtf8)).toThrow();
  expect(() => fromBinary(RemarkSchema, cutOff)).toThrow();
});

it('timestamps', () => {
  const createTime = create(TimestampSchema, { seconds: 1n, nanos: 1_234_567 });
  const bytes = Buffer.from(toBinary(NoteSchema, create(NoteSchema, { createTime })));
  expect(loaded('Note').deserialize(bytes)['createTime']).toEqual({ seconds: '1', nanos: 1_234_567 });
  expect(tsProto.Note.decode(bytes).createTime).toEqual(new Date(1_001));
  expect(timestampDate(createTime)).toEqual(new Date(1_001));
});

it('ProtoJSON', () => {
  expect(RetryInfo.toJSON(RetryInfo.fromPartial({ retryDelay: { seconds: 1n } }))).toEqual({
    retryDelay: { seconds: '1' },
  });
  const any = { typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value: Buffer.of() };
  expect(Status.toJSON(Status.fromPartial({ details: [any] }))).toEqual({
    details: [{ typeUrl: any.typeUrl }],
  });
  const updateMask = create(FieldMaskSchema, { paths: ['name', 'address.zip_code'] });
  const message = create(UpdateUserRequestSchema, { updateMask });
  expect(toJson(UpdateUserRequestSchema, message)).toEqual({ updateMask: 'name,address.zipCode' });
  expect(UpdateUserRequest.toJSON(UpdateUserRequest.create({ updateMask: updateMask.paths }))).toEqual({
    updateMask: 'name,address.zip_code',
  });
});

/** Calls a server that lists one note and returns NOT_FOUND for GetNote, with three clients. */
async function withClients(
  use: (clients: { es: ReturnType<typeof esClient>; ts: tsProto.NoteServiceClient; loader: Untyped }) => Promise<void>,
): Promise<void> {
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(NoteService, {
        async *listNotes() {
          yield { id: 'note-1' };
        },
        getNote({ id }) {
          const value = { reason: 'NOTE_NOT_FOUND', metadata: { note_id: id } };
          throw new ConnectError('no note', Code.NotFound, undefined, [{ desc: ErrorInfoSchema, value }]);
        },
      }),
  });
  const { host } = new URL(server.url);
  const definition = loadSync('notes/v1/notes.proto', shape)['notes.v1.NoteService'] as ServiceDefinition;
  const loader = new (makeClientConstructor(definition, ''))(host, credentials.createInsecure()) as unknown as Untyped;
  const ts = new tsProto.NoteServiceClient(host, credentials.createInsecure());
  try {
    await use({ es: esClient(server.url), ts, loader });
  } finally {
    ts.close();
    loader.close();
    await server.close(0);
  }
}

interface Untyped {
  listNotes(request: object): AsyncIterable<object>;
  discuss(): { cancel(): void } & AsyncIterable<object>;
  getNote(request: object, done: (error: Error | null, response?: object) => void): void;
  close(): void;
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const message of messages) taken.push(message);
  return taken;
}

const esClient = (baseUrl: string) => createClient(NoteService, createGrpcTransport({ baseUrl }));

it('streams', () =>
  withClients(async ({ es, ts, loader }) => {
    for (const listed of [loader.listNotes({ authorName: 'c' }), ts.listNotes({ authorName: 'c' })]) {
      expect(listed).toBeInstanceOf(Readable);
      expect(await all(listed as AsyncIterable<object>)).toMatchObject([{ id: 'note-1' }]);
    }
    for (const discussion of [loader.discuss(), ts.discuss()]) {
      expect(discussion).toBeInstanceOf(Duplex);
      discussion.cancel();
      await expect(all(discussion as AsyncIterable<object>)).rejects.toMatchObject({ code: status.CANCELLED });
    }
    const listed = es.listNotes({ authorName: 'c' });
    expect(listed).not.toBeInstanceOf(Readable);
    expect(await all(listed)).toMatchObject([{ id: 'note-1' }]);
  }));

it('errors', () =>
  withClients(async ({ es, ts, loader }) => {
    const calls = [
      (done: (error: Error | null) => void) => loader.getNote({ id: 'note-2' }, done),
      (done: (error: Error | null) => void) => ts.getNote({ id: 'note-2' }, done),
    ];
    for (const call of calls) {
      const error = await promisify(call)().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: status.NOT_FOUND, details: 'no note', message: '5 NOT_FOUND: no note' });
      const [trailer] = (error as ServiceError).metadata.get('grpc-status-details-bin');
      expect(`${trailer}`).toContain('NOTE_NOT_FOUND');
    }
    const error = await es.getNote({ id: 'note-2' }).catch((reason: unknown) => reason as ConnectError);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: 'no note', message: '[not_found] no note' });
    const details = (error as ConnectError).findDetails(ErrorInfoSchema);
    expect(details).toMatchObject([{ reason: 'NOTE_NOT_FOUND', metadata: { note_id: 'note-2' } }]);
  }));

it.for(['javascript.md', 'typescript.md'])('every row of %s has a test', (page, { task }) => {
  const tables = readFileSync(join(root, 'docs/guides', page), 'utf8')
    .split('<!-- differences.test.ts -->')
    .slice(1);
  const rows = tables.flatMap((table) => [...table.matchAll(/^\| (\w[^|]*) \|/gm)].map(([, name = '']) => name));
  expect(rows.length).toBeGreaterThan(8);
  expect(task.file.tasks.map(({ name }) => name)).toEqual(expect.arrayContaining(rows));
});
