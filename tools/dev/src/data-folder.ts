import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockStore } from '@example/storage';
import type { ServiceSpec } from './service-spec.ts';

/** The SQLite file in which a service keeps its data. */
export function databasePath(folder: string, { name }: ServiceSpec): string {
  return join(folder, `${name}.db`);
}

/**
 * Makes the folder. Fresh, it also removes what the services left there, and nothing else: it may be any folder.
 *
 * @throws {StoreUnavailableError} when a service that still runs keeps its data there; then nothing is removed
 */
export function prepareData(folder: string, specs: readonly ServiceSpec[], fresh: boolean): void {
  mkdirSync(folder, { recursive: true });
  const unlock: (() => void)[] = [];
  try {
    for (const spec of specs) unlock.push(lockStore(databasePath(folder, spec)));
    for (const spec of fresh ? specs : []) {
      for (const ending of ['', '-wal', '-shm']) rmSync(`${databasePath(folder, spec)}${ending}`, { force: true });
    }
  } finally {
    for (const release of unlock) release();
  }
}
