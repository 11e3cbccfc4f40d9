import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '@example/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from './migration.ts';
import { openSqlite } from './sqlite.ts';
import { withStoreErrors } from './sqlite-errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const one: Migration = { name: 'things', sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT' };
const two: Migration = { name: 'names', sql: "ALTER TABLE thing ADD COLUMN name TEXT NOT NULL DEFAULT ''" };
const broken: Migration = { name: 'broken', sql: 'CREATE TABLE half (id INTEGER); SELECT nonsense' };

describe('openSqlite', () => {
  it('makes the folder and the file, in WAL mode with every commit synced', () => {
    const db = openSqlite(join(folder, 'a/b/store.db'), [one]);
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    db.close();
  });

  it('applies new steps once and keeps the data', () => {
    const path = join(folder, 'store.db');
    const first = openSqlite(path, [one]);
    first.exec('INSERT INTO thing (id) VALUES (7)');
    first.close();
    openSqlite(path, [one, two]).close();
    const third = openSqlite(path, [one, two]);
    expect(third.prepare('SELECT id, name FROM thing').all()).toEqual([expect.objectContaining({ id: 7, name: '' })]);
    expect(third.prepare('SELECT name FROM schema_migrations ORDER BY version').all()).toEqual([
      expect.objectContaining({ name: 'things' }),
      expect.objectContaining({ name: 'names' }),
    ]);
    third.close();
  });

  it('leaves the store as it was when a step fails', () => {
    const path = join(folder, 'store.db');
    openSqlite(path, [one]).close();
    expect(() => openSqlite(path, [one, two, broken])).toThrow(/no such column: nonsense/);
    const db = openSqlite(path, [one]);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
    db.close();
  });

  it('refuses the store of a newer release or of another service', () => {
    const path = join(folder, 'store.db');
    openSqlite(path, [one, two]).close();
    expect(() => openSqlite(path, [one])).toThrow(/"names" as its step 2.*newer release/);
    expect(() => openSqlite(path, [two, one])).toThrow(/"things" as its step 1/);
  });

  it('says that a path it cannot open is unavailable', () => {
    expect(() => openSqlite(folder, [one])).toThrow(StoreUnavailableError);
  });

  it('refuses a path below a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openSqlite(join(folder, 'file/store.db'), [one])).toThrow(/ENOTDIR|EEXIST/);
  });
});

describe('withStoreErrors', () => {
  it('says that a full disk is unavailable, and works again when there is room', () => {
    const db = openSqlite(join(folder, 'store.db'), [one]);
    const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${page_count}`);
    const fill = () =>
      withStoreErrors(() => db.exec('CREATE TABLE more (x TEXT); INSERT INTO more VALUES (hex(zeroblob(99999)))'));
    expect(fill).toThrow(StoreUnavailableError);
    expect(fill).toThrow('the disk is full');
    db.exec(`PRAGMA max_page_count = ${page_count + 1000}`);
    expect(fill).not.toThrow();
    db.close();
  });

  it('passes other errors on as they are', () => {
    const db = openSqlite(join(folder, 'store.db'), [one]);
    expect(() => withStoreErrors(() => db.exec('INSERT INTO thing (id) VALUES (1), (1)'))).toThrow(/UNIQUE constraint/);
    db.close();
  });
});
