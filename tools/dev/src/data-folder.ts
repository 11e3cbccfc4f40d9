import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockStore, StoreDamagedError } from '@example/storage';
import type { DevService } from './dev-service.ts';

/** The path of a service's SQLite store. */
export function databasePath(data: string, { folder }: DevService): string {
  return join(data, `${folder}.db`);
}

/**
 * Creates the folder, and checks that no running service uses a store. With `fresh` it also removes the stores of the
 * services, but no other file.
 *
 * @throws {StoreUnavailableError} when a running service uses one of the stores; nothing is removed then
 */
export function prepareData(folder: string, services: readonly DevService[], fresh: boolean): void {
  const unlock: (() => void)[] = [];
  try {
    for (const service of services) {
      try {
        unlock.push(lockStore(databasePath(folder, service)));
      } catch (error) {
        // The service itself reports a damaged store.
        if (!(error instanceof StoreDamagedError)) throw error;
      }
    }
    for (const service of fresh ? services : []) {
      for (const ending of ['', '-wal', '-shm']) rmSync(`${databasePath(folder, service)}${ending}`, { force: true });
    }
  } finally {
    for (const release of unlock) release();
  }
}
