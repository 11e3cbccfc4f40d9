import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { SqliteUserRepository } from './sqlite-user-repository.ts';
import { userRepositoryContract } from './user-repository.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'user-repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

let stores = 0;
userRepositoryContract('SQLite', () => SqliteUserRepository.open(join(folder, `${++stores}.db`)));
