import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreOverloadedError, StoreUnavailableError, withTimeLeft } from '@example/service-kit';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Migration } from '../migration.ts';
import { lockStore } from './file-lock.ts';
import type { ThingWrites } from './sqlite-store.fixture.ts';
import { SqliteStore } from './sqlite-store.ts';

const migrations: Migration[] = [
  {
    name: 'things',
    sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE large (content BLOB NOT NULL) STRICT',
  },
];
const writesModule = new URL('./sqlite-store.fixture.ts', import.meta.url);
let folder: string;
let path: string;
let store: SqliteStore<ThingWrites>;
const open = () => SqliteStore.open<ThingWrites>(path, migrations, writesModule);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-store-'));
  path = join(folder, 'a/b/store.db');
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const idsIn = ({ reader }: SqliteStore<ThingWrites>) =>
  reader
    .prepare('SELECT id FROM thing ORDER BY id')
    .all()
    .map(({ id }) => id);

describe('SqliteStore', () => {
  it('resolves a write when it can be read', async () => {
    expect(await store.write('add', 7)).toBe(14);
    expect(idsIn(store)).toEqual([7]);
  });

  it('runs many concurrent writes, each with its own result', async () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => i);
    expect(await Promise.all(ids.map((id) => store.write('add', id)))).toEqual(ids.map((id) => id * 2));
    expect(idsIn(store)).toEqual(ids);
  });

  it('fails a bad write as a whole, without affecting others', async () => {
    const writes = [store.write('add', 1), store.write('addTwice', 2), store.write('add', 1), store.write('add', 3)];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(idsIn(store)).toEqual([1, 3]);
  });

  it('commits the writes that fit when the disk is full, and continues when there is space', async () => {
    await store.write('limitPages', 20);
    const writes = [store.write('add', 1), store.write('addLarge', 1_000_000), store.write('add', 2)];
    const [first, large, last] = await Promise.allSettled(writes);
    expect([first?.status, last?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(large).toMatchObject({
      status: 'rejected',
      reason: { message: `the disk is full: ${path}`, cause: { message: 'database or disk is full', errcode: 13 } },
    });
    expect((large as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailableError);
    expect(idsIn(store)).toEqual([1, 2]);
    await store.write('limitPages', 10_000);
    await store.write('addLarge', 1_000_000);
  });

  it('reports a read-only store as unavailable, and continues when it is writable again', async () => {
    await store.write('beReadOnlyFor', 300);
    const cause = Object.assign(new Error('attempt to write a readonly database'), { errcode: 8 });
    const unavailable = new StoreUnavailableError(`the store is read-only: ${path}`, { cause });
    let id = 0;
    await expect.poll(() => store.write('add', ++id).catch((error: unknown) => error)).toEqual(unavailable);
    await expect.poll(() => store.write('add', ++id).catch(() => undefined)).toBeTypeOf('number');
  });

  it('closes after all pending writes are on disk, and rejects later writes', async () => {
    const ids = Array.from({ length: 3_000 }, (_, i) => i);
    const writes = Promise.all(ids.map((id) => store.write('add', id)));
    await store.close();
    await writes;
    await expect(store.write('add', 9_999)).rejects.toThrow(StoreUnavailableError);
    store = await open();
    expect(idsIn(store)).toHaveLength(3_000);
  });

  it('refuses writes while others have waited for too long, and goes on with what it has taken', async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const release = () => {
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    };
    onTestFinished(release);
    const committing = store.write('waitFor', flag);
    await new Promise(setImmediate);
    const waiting = store.write('add', 1);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 600);
    onTestFinished(() => clock.mockRestore());
    const urgent = withTimeLeft(
      () => 1_000,
      () => store.write('add', 2),
    );
    await expect(urgent).rejects.toThrow(StoreOverloadedError);
    const patient = store.write('add', 3);
    clock.mockImplementation(() => now + 5_100);
    await expect(store.write('add', 4)).rejects.toThrow(StoreOverloadedError);
    expect(idsIn(store)).toEqual([]);
    release();
    await Promise.all([committing, waiting, patient]);
    await store.write('add', 5);
    expect(idsIn(store)).toEqual([1, 3, 5]);
  });

  it('neither writes nor reads after its thread has ended', async () => {
    await store.write('end', undefined);
    await expect
      .poll(() => store.write('add', 1).catch((error: unknown) => error))
      .toBeInstanceOf(StoreUnavailableError);
    expect(() => store.read(() => idsIn(store))).toThrow(StoreUnavailableError);
    await store.close();
    expect(() => store.read(() => idsIn(store))).toThrow(StoreUnavailableError);
    store = await open();
  });

  /** Runs a program that may use `lockStore`, `prepareSqlite` and `beNobody`. */
  function inAnotherProcess(program: string): void {
    const text = `
      import { lockStore } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
      import { prepareSqlite } from ${JSON.stringify(new URL('./open-sqlite.ts', import.meta.url).href)};
      const beNobody = () => process.getuid() === 0 && process.setuid(65534);
      ${program}`;
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], {
      cwd: import.meta.dirname,
      stdio: 'pipe',
    });
  }

  it('lets one process use the file at a time, also through a symbolic link', async () => {
    const link = join(folder, 'link.db');
    symlinkSync(path, link);
    const lock = `lockStore(${JSON.stringify(link)})`;
    expect(() => inAnotherProcess(lock)).toThrow(/link\.db is in use by another process: end that one/);
    await store.close();
    expect(() => inAnotherProcess(lock)).not.toThrow();
    store = await open();
  });

  describe('SqliteStore in a read-only folder', () => {
    const files = ['store.db', 'store.db-wal', 'store.db-shm', 'other.db-lock'];
    const setModes = (ofFile: number, ofFolder: number) => {
      for (const file of files) chmodSync(join(path, '..', file), ofFile);
      chmodSync(join(path, '..'), ofFolder);
      chmodSync(folder, 0o755);
      chmodSync(join(folder, 'a'), 0o755);
    };

    // Like after a killed process: the journal exists, so opening the store creates no file.
    beforeEach(() => {
      lockStore(join(path, '../other.db'))();
      setModes(0o444, 0o555);
    });
    afterEach(() => setModes(0o644, 0o755));

    it('does not lock the store', () => {
      expect(() => inAnotherProcess(`beNobody(); lockStore(${JSON.stringify(join(path, '../other.db'))})`)).toThrow(
        /the store is read-only: .*other\.db-lock$/m,
      );
    });

    it('does not prepare the store', () => {
      const migrate = `prepareSqlite(${JSON.stringify(path)}, ${JSON.stringify(migrations)})`;
      expect(() => inAnotherProcess(`beNobody(); ${migrate}`)).toThrow(/the store is read-only: .*store\.db$/m);
    });

    it('does not lock a store whose folder cannot be created', () => {
      const elsewhere = join(path, '../new/store.db');
      expect(() => inAnotherProcess(`beNobody(); lockStore(${JSON.stringify(elsewhere)})`)).toThrow(
        /StoreUnavailableError: the folder of the store .* cannot be used: EACCES/,
      );
    });

    it('continues to write if it was opened before', async () => {
      expect(await store.write('add', 1)).toBe(2);
    });
  });
});
