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
const openGone = async () => {
  const gone = await open();
  await gone.close();
  return gone;
};
userRepositoryContract('SQLite', open, openGone);
