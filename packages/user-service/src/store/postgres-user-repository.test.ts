import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserChange } from '../domain/user-changes.ts';
import { PostgresUserRepository } from './postgres-user-repository.ts';
import { userRepositoryContract } from './user-repository.contract.ts';

const missing = whyNoPostgres();

describe.skipIf(missing)(missing ?? 'with a PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const open = async (on: PostgresServer) => PostgresUserRepository.open(await on.createDatabase());
  const openGone = async () => {
    const another = await startPostgres();
    const gone = await open(another);
    await another.stop();
    return gone;
  };
  userRepositoryContract('PostgreSQL', () => open(server), openGone);

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'keeps what replicas change at the same time when PostgreSQL isolates by %s',
    async (isolation) => {
      const url = new URL(await server.createDatabase());
      url.searchParams.set('default_transaction_isolation', isolation);
      const replicas = await Promise.all([1, 2].map(() => PostgresUserRepository.open(url.href)));
      const update = async (i: number, fields: UserChange['fields'], addressParts: UserChange['addressParts'] = {}) =>
        await replicas[i % 2]?.update(1n, { fields, addressParts });
      for (let round = 0; round < 10; round++) {
        await Promise.all([
          update(round, { age: round }),
          update(round + 1, { name: `Aoife ${round}` }),
          update(round, {}, { city: `${round}` }),
          update(round + 1, {}, { country: `${round}` }),
        ]);
        const address = { street: '', city: `${round}`, country: `${round}`, zipCode: '' };
        expect(await replicas[0]?.get(1n)).toMatchObject({ age: round, name: `Aoife ${round}`, address });
      }
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  );
});
