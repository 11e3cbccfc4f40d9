import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { orderRepositoryContract } from './order-repository.contract.ts';
import { SqliteOrderRepository } from './sqlite-order-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

let stores = 0;
orderRepositoryContract('SQLite', () => SqliteOrderRepository.open(join(folder, `${++stores}.db`)));
