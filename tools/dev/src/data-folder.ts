import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockStore, StoreDamagedError } from '@example/storage';
import type { ServiceSpec } from './service-spec.ts';

/** The path of a service's SQLite store. */
export function databasePath(folder: string, { name }: ServiceSpec): string {
  return join(folder, `${name}.db`);
}

/**
 * Creates the folder, and checks that no running service uses a store. With `fresh` it also removes the stores of the
 * services, but no other file.
 *
 * @throws {StoreUnavailableError} when a running service uses one of the stores; nothing is removed then
 */
export function prepareData(folder: string, specs: readonly ServiceSpec[], fresh: boolean): void {
  const unlock: (() => void)[] = [];
  try {
    for (const spec of specs) {
      try {
        unlock.push(lockStore(databasePath(folder, spec)));
      } catch (error) {
        // The service reports it.
        if (!(error instanceof StoreDamagedError)) throw error;
      }
    }
    for (const spec of fresh ? specs : []) {
      for (const ending of ['', '-wal', '-shm']) rmSync(`${databasePath(folder, spec)}${ending}`, { force: true });
    }
  } finally {
    for (const release of unlock) release();
  }
}
