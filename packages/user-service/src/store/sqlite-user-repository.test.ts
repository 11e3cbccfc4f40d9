import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { SqliteUserRepository } from './sqlite-user-repository.ts';
import { userRepositoryContract } from './user-repository.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'user-repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

let stores = 0;
const open = () => SqliteUserRepository.open(join(folder, `${++stores}.db`));
const openStopped = async () => {
  const stopped = await open();
  await stopped.close();
  return stopped;
};
userRepositoryContract('SQLite', open, openStopped);
