import type { DatabaseUrl } from '@example/storage';
import type { UserRepository } from '../domain/user-repository.ts';
import { PostgresUserRepository } from './postgres-user-repository.ts';
import { SqliteUserRepository } from './sqlite-user-repository.ts';

/** @throws {StoreUnavailableError} */
export async function openUserRepository(database: DatabaseUrl): Promise<UserRepository> {
  return database.kind === 'sqlite'
    ? await SqliteUserRepository.open(database.path)
    : await PostgresUserRepository.open(database.url);
}
