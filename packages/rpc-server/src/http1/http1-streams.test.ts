import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../testing/index.ts';
import { startServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer({
    config: { maxMessageBytes: 1_000 },
    notes: {
      async *discuss(messages) {
        for await (const { text } of messages) yield { text: text.toUpperCase() };
      },
      async *listNotes() {
        while (true) yield { id: 'x'.repeat(500) };
      },
    },
  });
});

async function* each<T>(...messages: T[]): AsyncIterable<T> {
  yield* messages;
}

describe.each([
  ['gRPC', createGrpcTransport],
  ['gRPC-Web', createGrpcWebTransport],
  ['Connect', createConnectTransport],
])('%s over HTTP/1.1', (_, createTransport) => {
  const transport = () => createTransport({ baseUrl: server.url, httpVersion: '1.1' });

  it('carries a half-duplex bidirectional stream', async () => {
    const texts: string[] = [];
    const chat = createClient(NoteService, transport()).discuss(each({ text: 'a' }, { text: 'b' }, { text: 'c' }));
    for await (const { text } of chat) texts.push(text);
    expect(texts).toEqual(['A', 'B', 'C']);
  });

  it('refuses a message above the limit of a stream', async () => {
    const chat = createClient(NoteService, transport()).discuss(each({ text: 'x'.repeat(2_000) }));
    const drain = async () => {
      for await (const _ of chat) {
        // This test checks only the error at the end.
      }
    };
    expect((await failureOf(drain())).code).toBe(Code.ResourceExhausted);
  });

  it('stops a handler that streams when its client has gone', async () => {
    const leave = new AbortController();
    const notes = createClient(NoteService, transport()).listNotes({}, { signal: leave.signal });
    const drain = async () => {
      for await (const _ of notes) leave.abort();
    };
    expect((await failureOf(drain())).code).toBe(Code.Canceled);
    expect(await createClient(UserService, transport()).getUser({ id: '7' })).toMatchObject({ id: '7' });
  });
});
