import { gzipSync } from 'node:zlib';
import { create } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { LineSchema, NoteService } from '@example/kit/notes';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { each, startServer } from '../testing/test-server.ts';

const config = { maxMessageElements: 110 };
const lines = (count: number) => Array.from({ length: count }, () => ({ indent: 1 }));

describe.each(transports)('a message above MAX_MESSAGE_ELEMENTS over %s', (name, transport) => {
  it('is RESOURCE_EXHAUSTED, and does not reach the handler of a unary method', async () => {
    const createNote = vi.fn(() => ({}));
    const { url } = await startServer({ config, notes: { createNote } });
    const notes = createClient(NoteService, transport(url));
    await notes.createNote({ lines: lines(50) });
    const error = await failureOf(notes.createNote({ lines: lines(60) }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.rawMessage).toContain('has more than 110 elements');
    expect(createNote).toHaveBeenCalledOnce();
  });

  it.skipIf(name.includes('JSON'))('ends a stream after the messages before it', async () => {
    const seen: string[] = [];
    const { url } = await startServer({
      config,
      notes: {
        async uploadLines(received) {
          for await (const { text } of received) seen.push(text);
          return {};
        },
      },
    });
    const $unknown = Array.from({ length: 111 }, () => ({ no: 15, wireType: 0, data: new Uint8Array(1) }));
    const full = { ...create(LineSchema, { text: 'second' }), $unknown };
    const notes = createClient(NoteService, transport(url));
    const error = await failureOf(notes.uploadLines(each(create(LineSchema, { text: 'first' }), full)));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(seen).toEqual(['first']);
  });
});

const millions = (piece: string, start = '', end = '') => Buffer.from(start + piece.repeat(2_000_000) + end, 'latin1');

describe('2 million elements in a few kilobytes of gzip', () => {
  it.each([
    ['unknown fields', 'user.v1.UserService/GetUser', 'application/proto', millions('\x78\x00')],
    ['unknown fields of a health check', 'grpc.health.v1.Health/Check', 'application/proto', millions('\x78\x00')],
    ['repeated messages', 'notes.v1.NoteService/CreateNote', 'application/proto', millions('\x12\x00')],
    ['groups', 'notes.v1.NoteService/CreateNote', 'application/proto', millions('\x7b\x7c')],
    ['items', 'user.v1.UserService/GetUser', 'application/json', millions('[]', '{"a":[', ']}')],
    ['members', 'user.v1.UserService/GetUser', 'application/json', millions(',')],
    ['arrays in each other', 'user.v1.UserService/GetUser', 'application/json', millions('[')],
    ['members of a health check', 'grpc.health.v1.Health/Check', 'application/json', millions(',')],
  ])('are refused: %s', async (_, path, type, message) => {
    const { url } = await startServer();
    const headers = { 'content-type': type, 'content-encoding': 'gzip' };
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(gzipSync(message)),
    });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ code: 'resource_exhausted' });
    const query = `encoding=${type.slice(12)}&compression=gzip&base64=1&message=${gzipSync(message).toString('base64url')}`;
    if (path.includes('GetUser')) expect((await fetch(`${url}/${path}?${query}`)).status).toBe(429);
  });
});
