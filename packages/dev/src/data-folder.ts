import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceSpec } from './service-spec.ts';

/** The SQLite file in which a service keeps its data. */
export function databasePath(folder: string, { name }: ServiceSpec): string {
  return join(folder, `${name}.db`);
}

/** Makes the folder. Fresh, it also removes what the services left there, and nothing else: it may be any folder. */
export function prepareData(folder: string, specs: readonly ServiceSpec[], fresh: boolean): void {
  mkdirSync(folder, { recursive: true });
  if (!fresh) return;
  for (const spec of specs) {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${databasePath(folder, spec)}${ending}`, { force: true });
  }
}
