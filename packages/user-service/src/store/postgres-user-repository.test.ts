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

  userRepositoryContract('PostgreSQL', async () => PostgresUserRepository.open(await server.createDatabase()));
});
