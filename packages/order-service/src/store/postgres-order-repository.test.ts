import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { orderRepositoryContract } from './order-repository.contract.ts';
import { PostgresOrderRepository } from './postgres-order-repository.ts';

const missing = whyNoPostgres();

describe.skipIf(missing)(missing ?? 'with a PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  orderRepositoryContract('PostgreSQL', async () => PostgresOrderRepository.open(await server.createDatabase()));
});
