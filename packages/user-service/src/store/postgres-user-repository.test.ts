import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, beforeAll, describe } from 'vitest';
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
});
