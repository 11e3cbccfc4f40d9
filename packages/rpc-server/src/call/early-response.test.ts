import { connect } from 'node:net';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { InvalidFieldsError } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { failureOf, transports } from '../testing/index.ts';
import { receivedOn, startServer, type TestServer, thenSilence } from '../testing/test-server.ts';

/** A server that responds to the first message, with an error unless its product is `ok`. */
function start(config: Partial<ServerConfig> = {}): Promise<TestServer> {
  return startServer({
    config,
    notes: {
      async uploadLines(lines) {
        for await (const { text } of lines) {
          if (text === 'ok') return { lineCount: 1 };
          throw new InvalidFieldsError([{ field: 'product_id', description: 'must be ok' }]);
        }
        return {};
      },
      getNote: () => ({ id: 'again' }),
      async *discuss(messages) {
        for await (const message of messages) {
          yield message;
          return;
        }
      },
    },
  });
}

/** A stream that does not end. */
async function* forEver<T>(message: T): AsyncIterable<T> {
  while (true) yield message;
}

describe('a call that ends before its request', () => {
  it.each(transports)('gets its response over %s, and does not delay the shutdown', async (_, transport) => {
    const server = await start();
    const notes = createClient(NoteService, transport(server.url));
    expect(await notes.uploadLines(thenSilence({ text: 'ok' }))).toMatchObject({ lineCount: 1 });
    const failed = notes.uploadLines(thenSilence({ text: 'bad' }));
    expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
    await server.close(60_000);
  });

  it.each(transports)('gets its response over %s while the client continues to send', async (_, transport) => {
    const server = await start();
    const notes = createClient(NoteService, transport(server.url));
    for (let i = 0; i < 20; i++) {
      const failed = notes.uploadLines(forEver({ text: 'x'.repeat(50_000) }));
      expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
    }
    await server.close(60_000);
  });

  it.each(transports)(
    'gets its response over %s when the client has sent all messages already',
    async (_, transport) => {
      const server = await start();
      const notes = createClient(NoteService, transport(server.url));
      const messages = Array.from({ length: 100 }, () => ({ text: 'x'.repeat(15_000) }));
      const failed = notes.uploadLines(
        (async function* () {
          yield* messages;
        })(),
      );
      expect((await failureOf(failed)).code).toBe(Code.InvalidArgument);
      await server.close(60_000);
    },
  );

  it.each([
    ['half', 150_000],
    ['all', 300_000],
  ])('leaves its HTTP/1.1 connection usable when %s of its request has arrived', async (_, sentFirst) => {
    const { port } = await start({ maxMessageBytes: 1_000 });
    const socket = connect(port, 'localhost');
    const received = receivedOn(socket);
    const message = Buffer.alloc(300_000);
    message.writeUInt32BE(message.length - 5, 1);
    const post = (type: string, length: number) =>
      `POST /notes.v1.NoteService/GetNote HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;
    socket.write(post('application/grpc-web+proto', message.length));
    socket.write(message.subarray(0, sentFirst));
    await expect.poll(received).toMatch(/grpc-status: 8/i);
    socket.write(message.subarray(sentFirst));
    for (const again of [2, 3, 4]) {
      socket.write(`${post('application/json', 2)}{}`);
      await expect.poll(() => received().split('{"id":"again"}')).toHaveLength(again);
    }
    socket.destroy();
  });

  it('delivers every message of its response over gRPC', async () => {
    const server = await start();
    const notes = createClient(NoteService, createGrpcTransport({ baseUrl: server.url }));
    const texts: string[] = [];
    for await (const { text } of notes.discuss(thenSilence({ text: 'one' }))) texts.push(text);
    expect(texts).toEqual(['one']);
    await server.close(60_000);
  });
});
