import type { DatabaseUrl } from '@example/storage';
import type { UserRepository } from '../domain/user-repository.ts';

/** Imports only the store that is used, because each takes memory and time. @throws {StoreUnavailableError} */
export async function openUserRepository(database: DatabaseUrl): Promise<UserRepository> {
  if (database.kind === 'sqlite') {
    const { SqliteUserRepository } = await import('./sqlite-user-repository.ts');
    return await SqliteUserRepository.open(database.path);
  }
  const { PostgresUserRepository } = await import('./postgres-user-repository.ts');
  return await PostgresUserRepository.open(database.url);
}
