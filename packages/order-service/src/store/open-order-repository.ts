import type { DatabaseUrl } from '@example/storage';
import type { OrderRepository } from '../domain/order-repository.ts';

/** Imports only the store that is used, because each takes memory and time. @throws {StoreUnavailableError} */
export async function openOrderRepository(database: DatabaseUrl): Promise<OrderRepository> {
  if (database.kind === 'sqlite') {
    const { SqliteOrderRepository } = await import('./sqlite-order-repository.ts');
    return await SqliteOrderRepository.open(database.path);
  }
  const { PostgresOrderRepository } = await import('./postgres-order-repository.ts');
  return await PostgresOrderRepository.open(database.url);
}
