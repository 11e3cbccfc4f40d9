import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backUp } from './backup.ts';
import { openSqliteReader, prepareSqlite } from './open-sqlite.ts';
import type { ThingWrites } from './sqlite-store.fixture.ts';
import { SqliteStore } from './sqlite-store.ts';

const migrations = [
  { name: 'things', sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY); CREATE TABLE large (content BLOB)' },
];
let folder: string;
let store: SqliteStore<ThingWrites>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  store = await SqliteStore.open(
    join(folder, 'a.db'),
    migrations,
    new URL('./sqlite-store.fixture.ts', import.meta.url),
  );
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it('copies a snapshot without gaps while others write', async () => {
  for (let id = 0; id < 500; id++) await store.write('add', id);
  const more = Promise.all(Array.from({ length: 5_000 }, (_, i) => store.write('add', 500 + i)));
  expect(backUp(join(folder, 'a.db'), join(folder, 'b.db'))).toBeGreaterThan(4096);
  await more;
  expect(statSync(join(folder, 'b.db')).mode & 0o777).toBe(0o600);
  prepareSqlite(join(folder, 'b.db'), migrations);
  const copy = openSqliteReader(join(folder, 'b.db'));
  const ids = copy
    .prepare('SELECT id FROM thing ORDER BY id')
    .all()
    .map(({ id }) => id);
  copy.close();
  expect(ids.length).toBeGreaterThanOrEqual(500);
  expect(ids).toEqual(Array.from(ids, (_, i) => i));
});

it('names the unusable file, and overwrites nothing', () => {
  const from = join(folder, 'a.db');
  expect(() => backUp(join(folder, 'none.db'), join(folder, 'b.db'))).toThrow(/there is no store .*none\.db/);
  expect(() => backUp(from, from)).toThrow(/a\.db already exists/);
  expect(() => backUp(from, join(folder, 'no/such/b.db'))).toThrow(/b\.db.* cannot be created/);
});

it('rejects a database that is not a store of a service', () => {
  new DatabaseSync(join(folder, 'other.db')).close();
  expect(() => backUp(join(folder, 'other.db'), join(folder, 'b.db'))).toThrow(/other\.db is not a store of a service/);
});

it('leaves no file behind when it fails halfway', async () => {
  const from = join(folder, 'a.db');
  await store.write('addLarge', 1_000_000);
  await store.close();
  const file = openSync(from, 'r+');
  writeSync(file, Buffer.alloc(4096, 7), 0, 4096, Math.floor(statSync(from).size / 8192) * 4096);
  closeSync(file);
  expect(() => backUp(from, join(folder, 'b.db'))).toThrow(StoreUnavailableError);
  expect(readdirSync(folder).filter((name) => name.startsWith('b.db'))).toEqual([]);
});
