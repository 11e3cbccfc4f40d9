import type { DatabaseUrl } from '@example/storage';
import type { OrderRepository } from '../domain/order-repository.ts';
import { PostgresOrderRepository } from './postgres-order-repository.ts';
import { SqliteOrderRepository } from './sqlite-order-repository.ts';

/** @throws {StoreUnavailableError} */
export async function openOrderRepository(database: DatabaseUrl): Promise<OrderRepository> {
  return database.kind === 'sqlite'
    ? await SqliteOrderRepository.open(database.path)
    : await PostgresOrderRepository.open(database.url);
}
