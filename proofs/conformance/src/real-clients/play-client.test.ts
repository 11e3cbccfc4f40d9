import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { expect, it } from 'vitest';
import { TestService } from '../gen/grpc/testing/test_pb.ts';
import { playClient } from './play-client.ts';
import type { Play, RealClient } from './real-client.ts';
import { tableOf } from './table.ts';

const client: RealClient = {
  name: 'lazy',
  ability: { without: ['10,000 messages both ways', '4 MiB messages', '1,000 calls at once'], cancels: 1 },
  otherwise: { unary: 'slowly' },
  prepare: () => Promise.reject(new Error('it is here')),
};
const options = { engine: 'fast', signal: new AbortController().signal };

/** Makes a call for each check, each time on a connection of its own when it is to; it cancels nothing. */
const lazy =
  (connections: 'one' | 'many'): Play =>
  async ({ url: baseUrl, checks }, onPlayed) => {
    const transport = createGrpcTransport({ baseUrl });
    for (const { name } of checks) {
      const service = createClient(TestService, connections === 'one' ? transport : createGrpcTransport({ baseUrl }));
      await service.emptyCall({});
      onPlayed(name);
    }
  };

it('takes no client at its word that says that it has cancelled a call', async () => {
  const result = await playClient(client, lazy('one'), options);
  expect([...result.errors]).toEqual([
    ['unary', undefined],
    ['cancel', '0 of 1 handlers saw it'],
  ]);
  expect(tableOf([result])).toMatch(/\n\| lazy \| slowly \| – \| – \| FAILED \| – \|$/);
});

it('sees that a client has made another connection', async () => {
  const { errors } = await playClient(client, lazy('many'), options);
  expect(errors.get('cancel')).toBe('the client made 2 connections');
});

it('says of every check why it was not played', async () => {
  const { errors } = await playClient(client, () => Promise.reject(new Error('it has gone')), options);
  expect([...errors]).toEqual([
    ['unary', 'Error: it has gone'],
    ['cancel', 'Error: it has gone'],
  ]);
});
