import { Code, createClient } from '@connectrpc/connect';
import {
  compressionBrotli,
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, each, startServer, thenSilence } from '../testing/test-server.ts';

const config = { maxMessageBytes: 1_000 };
const long = 'x'.repeat(1_000);

describe.each(transports)('a message above MAX_MESSAGE_BYTES over %s', (_, transport) => {
  it('is RESOURCE_EXHAUSTED, and does not reach the handler of a unary method', async () => {
    const createUser = vi.fn(() => ({}));
    const { url } = await startServer({ config, users: { createUser } });
    const users = createClient(UserService, transport(url));
    const error = await failureOf(users.createUser({ name: long }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.rawMessage).toContain('exceeds the limit of 1000 bytes');
    expect(createUser).not.toHaveBeenCalled();
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  });

  it('ends a stream with RESOURCE_EXHAUSTED after the messages before it', async () => {
    const seen: string[] = [];
    const { url } = await startServer({
      config,
      notes: {
        async uploadLines(lines) {
          for await (const { text } of lines) seen.push(text);
          return {};
        },
      },
    });
    const lines = thenSilence({ text: 'first' }, { text: long });
    const error = await failureOf(createClient(NoteService, transport(url)).uploadLines(lines));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(seen).toEqual(['first']);
  });
});

const createTransports = {
  gRPC: createGrpcTransport,
  'gRPC-Web': createGrpcWebTransport,
  Connect: createConnectTransport,
} as const;

describe.each(Object.entries(createTransports))('a small message over %s', (_, createTransport) => {
  it.each([compressionGzip, compressionBrotli])(
    'is RESOURCE_EXHAUSTED when it is larger once decompressed ($name)',
    async (sendCompression) => {
      const { url } = await startServer({
        config: { maxMessageBytes: 100_000 },
        notes: { uploadLines: async (lines) => ({ lineCount: (await all(lines)).length }) },
      });
      const options = { baseUrl: url, httpVersion: '2' as const, sendCompression, compressMinBytes: 1 };
      const transport = createTransport(options);
      const bomb = ' '.repeat(10_000_000);
      const unary = failureOf(createClient(UserService, transport).createUser({ name: bomb }));
      const stream = failureOf(createClient(NoteService, transport).uploadLines(each({ text: bomb })));
      for (const error of await Promise.all([unary, stream])) {
        expect(error).toMatchObject({
          code: Code.ResourceExhausted,
          rawMessage: 'the decompressed message exceeds the limit of 100000 bytes',
        });
      }
    },
  );
});
