import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { expect, it } from 'vitest';
import { TestService } from '../gen/grpc/testing/test_pb.ts';
import type { RealClient, RunChecks } from './real-client.ts';
import { runClient, tableRow } from './run-client.ts';

const client: RealClient = {
  name: 'lazy',
  ability: { unsupported: ['10,000 messages both ways', '4 MiB messages', '1,000 calls at once'], cancels: 1 },
  instead: { unary: 'slowly' },
  prepare: () => Promise.reject(new Error('nothing to prepare')),
};
const options = { env: {}, signal: new AbortController().signal };

/** Makes one call for each check, on one connection for all checks or on one for each. It cancels no call. */
const lazy =
  (connections: 'one' | 'many'): RunChecks =>
  async ({ url: baseUrl, checks }, onResult) => {
    const transport = createGrpcTransport({ baseUrl });
    for (const { name } of checks) {
      const service = createClient(TestService, connections === 'one' ? transport : createGrpcTransport({ baseUrl }));
      await service.emptyCall({});
      onResult(name);
    }
  };

it('fails a client that reports a cancellation which no handler has seen', async () => {
  const result = await runClient(client, lazy('one'), options);
  expect([...result.errors]).toEqual([
    ['unary', undefined],
    ['cancel', '0 of 1 handlers were cancelled'],
  ]);
  expect(tableRow(result)).toEqual(['lazy', 'slowly', '–', '–', 'FAILED', '–']);
});

it('fails a client that makes another connection', async () => {
  const { errors } = await runClient(client, lazy('many'), options);
  expect(errors.get('cancel')).toBe('the client made 2 connections');
});

it('gives the reason for every check of a client that fails to start', async () => {
  const { errors } = await runClient(client, () => Promise.reject(new Error('no such program')), options);
  expect([...errors]).toEqual([
    ['unary', 'Error: no such program'],
    ['cancel', 'Error: no such program'],
  ]);
});
