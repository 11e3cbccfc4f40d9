import { unwrapResult } from '@example/service-kit';
import { describeWithPostgres, openOnStoppedPostgres } from '@example/storage/testing/vitest';
import { expect, it } from 'vitest';
import type { UserChange } from '../domain/user-update.ts';
import { PostgresUserRepository } from './postgres-user-repository.ts';
import { userRepositoryContract } from './user-repository.contract.ts';

describeWithPostgres('PostgresUserRepository', (server) => {
  userRepositoryContract(
    'PostgreSQL',
    async () => PostgresUserRepository.open(await server().createDatabase()),
    () => openOnStoppedPostgres(PostgresUserRepository.open),
  );

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'keeps concurrent changes of two replicas with the isolation level %s',
    async (isolation) => {
      const url = new URL(await server().createDatabase());
      url.searchParams.set('default_transaction_isolation', isolation);
      const [first, second] = await Promise.all([1, 2].map(() => PostgresUserRepository.open(url.href)));
      const replicas = [first, second] as [PostgresUserRepository, PostgresUserRepository];
      const user = { name: 'Saoirse', email: 's@example.com', age: undefined, roles: [], address: undefined };
      const { id } = unwrapResult(await replicas[0].create({ ...user, createTime: new Date() }), '', '');
      const update = async (i: number, fields: UserChange['fields']) =>
        await replicas[i % 2]?.update(id, { fields, addressParts: {} });
      const updateAddress = async (i: number, addressParts: UserChange['addressParts']) =>
        await replicas[i % 2]?.update(id, { fields: {}, addressParts });
      for (let round = 0; round < 10; round++) {
        await Promise.all([
          update(round, { age: round }),
          update(round + 1, { name: `Aoife ${round}` }),
          updateAddress(round, { city: `${round}` }),
          updateAddress(round + 1, { country: `${round}` }),
        ]);
        const address = { street: '', city: `${round}`, country: `${round}`, zipCode: '' };
        expect(await replicas[0].get(id)).toMatchObject({ age: round, name: `Aoife ${round}`, address });
      }
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  );
});
