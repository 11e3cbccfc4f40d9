import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@example/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from '../migration.ts';
import { withStoreErrors } from './errors.ts';
import { openSqliteReader, openSqliteWriter, prepareSqlite } from './open-sqlite.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storage-'));
  path = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const one: Migration = { name: 'things', sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT' };
const two: Migration = { name: 'names', sql: "ALTER TABLE thing ADD COLUMN name TEXT NOT NULL DEFAULT ''" };
const broken: Migration = { name: 'broken', sql: 'CREATE TABLE half (id INTEGER); SELECT nonsense' };

function rows(sql: string): unknown[] {
  const db = openSqliteReader(path);
  const found = db
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }));
  db.close();
  return found;
}

describe('openSqliteWriter', () => {
  it('opens in WAL mode with a sync for each commit', () => {
    const db = openSqliteWriter(path);
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    db.close();
  });
});

describe('openSqliteReader', () => {
  it('opens a connection that cannot write', () => {
    prepareSqlite(path, [one]);
    const db = openSqliteReader(path);
    expect(() => db.exec('INSERT INTO thing (id) VALUES (7)')).toThrow(/readonly/);
    db.close();
  });
});

describe('prepareSqlite', () => {
  it('applies new migrations once and keeps the data', () => {
    prepareSqlite(path, [one]);
    const db = new DatabaseSync(path);
    db.exec('INSERT INTO thing (id) VALUES (7)');
    db.close();
    prepareSqlite(path, [one, two]);
    prepareSqlite(path, [one, two]);
    expect(rows('SELECT id, name FROM thing')).toEqual([{ id: 7, name: '' }]);
    expect(rows('SELECT name FROM schema_migrations ORDER BY version')).toEqual([
      { name: 'things' },
      { name: 'names' },
    ]);
  });

  it('leaves the store unchanged when a migration fails', () => {
    prepareSqlite(path, [one]);
    expect(() => prepareSqlite(path, [one, two, broken])).toThrow(/no such column: nonsense/);
    expect(rows("SELECT name FROM sqlite_schema WHERE name = 'half'")).toEqual([]);
  });

  it('rejects the store of a newer release or of another service', () => {
    prepareSqlite(path, [one, two]);
    expect(() => prepareSqlite(path, [one])).toThrow(/"names" as its step 2.*newer release/);
    expect(() => prepareSqlite(path, [two, one])).toThrow(/"things" as its step 1/);
  });

  it('throws StoreUnavailableError for a path that cannot be opened', () => {
    expect(() => prepareSqlite(folder, [one])).toThrow(StoreUnavailableError);
  });

  it('rejects a damaged store', () => {
    prepareSqlite(path, [one]);
    const db = new DatabaseSync(path);
    db.exec(
      'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO thing SELECT i FROM n',
    );
    db.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 7), 0, 4096, Math.floor(statSync(path).size / 8192) * 4096);
    closeSync(file);
    expect(() => prepareSqlite(path, [one])).toThrow(/is damaged .*restore a backup/);
  });

  it('rejects a file that is not a database', () => {
    writeFileSync(path, 'a letter to Aoife '.repeat(100));
    expect(() => prepareSqlite(path, [one])).toThrow(/store\.db is damaged .*not a database.*restore a backup/);
  });

  it('rejects a store that is too damaged for the integrity check', () => {
    prepareSqlite(path, [one]);
    const file = openSync(path, 'r+');
    // Corrupts the type of the schema's B-tree page.
    writeSync(file, Buffer.from([7]), 0, 1, 100);
    closeSync(file);
    expect(() => prepareSqlite(path, [one])).toThrow(/store\.db is damaged .*malformed.*restore a backup/);
  });
});

describe('withStoreErrors', () => {
  it('reports a full disk as StoreUnavailableError, and works again when there is space', () => {
    prepareSqlite(path, [one]);
    const db = openSqliteWriter(path);
    const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${page_count}`);
    const fill = () =>
      withStoreErrors(path, () =>
        db.exec('CREATE TABLE more (x TEXT); INSERT INTO more VALUES (hex(zeroblob(99999)))'),
      );
    expect(fill).toThrow(StoreUnavailableError);
    expect(fill).toThrow('the disk is full');
    db.exec(`PRAGMA max_page_count = ${page_count + 1000}`);
    expect(fill).not.toThrow();
    db.close();
  });

  it('rethrows other errors unchanged', () => {
    prepareSqlite(path, [one]);
    const db = openSqliteWriter(path);
    expect(() => withStoreErrors(path, () => db.exec('INSERT INTO thing (id) VALUES (1), (1)'))).toThrow(
      /UNIQUE constraint/,
    );
    db.close();
  });
});
