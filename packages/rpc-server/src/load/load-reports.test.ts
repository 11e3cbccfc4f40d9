import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { decodeLoadReport, loadReportField } from '@example/rpc-core';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/test-config.ts';

async function start(loadReports: 'off' | 'trailers') {
  const server = await serve({
    config: { ...testConfig, loadReports },
    logger: silentLogger,
    routes: (router) =>
      router
        .service(UserService, {
          getUser: ({ id }) => {
            if (id === '404') throw new ConnectError('no such user', Code.NotFound);
            if (id === '500') throw new Error('a bug');
            return { id };
          },
        })
        .service(NoteService, {
          async *discuss(messages) {
            yield* messages;
          },
        }),
  });
  onTestFinished(() => server.close(0));
  const transport = createGrpcTransport({ baseUrl: server.url });
  return { users: createClient(UserService, transport), notes: createClient(NoteService, transport) };
}

const read = (trailers: Headers | undefined) => {
  const text = trailers?.get(loadReportField) ?? undefined;
  return text === undefined ? undefined : decodeLoadReport(Buffer.from(text, 'base64'));
};

async function* none() {}

it('are in the trailers of calls, of streams, and of errors, when they are on', async () => {
  const { users, notes } = await start('trailers');
  let trailers: Headers | undefined;
  const onTrailer = (found: Headers) => {
    trailers = found;
  };
  await expect
    .poll(async () => {
      await users.getUser({ id: '1' }, { onTrailer });
      await users.getUser({ id: '500' }).catch(() => {});
      return read(trailers);
    })
    .toMatchObject({ applicationUtilization: expect.any(Number), rpsFractional: expect.any(Number) });
  const report = read(trailers);
  expect(report?.rpsFractional).toBeGreaterThan(1);
  expect(report?.eps).toBeGreaterThan(0);
  expect(report?.applicationUtilization).toBeGreaterThan(0);
  expect(report?.applicationUtilization).toBeLessThanOrEqual(1);
  const error = await users.getUser({ id: '404' }).catch(ConnectError.from);
  expect(read((error as ConnectError).metadata)).toBeDefined();
  trailers = undefined;
  for await (const _ of notes.discuss(none(), { onTrailer }));
  expect(read(trailers)).toBeDefined();
});

it('are in no trailers by default', async () => {
  expect(testConfig.loadReports).toBe('off');
  const { users } = await start('off');
  await users.getUser({ id: '1' }, { onTrailer: (trailers) => expect(read(trailers)).toBeUndefined() });
});
