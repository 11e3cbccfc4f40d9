import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreOverloadedError, StoreUnavailableError, withTimeLeft } from '@example/service-kit';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Migration } from '../migration.ts';
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
  it('resolves a write when its change can be read', async () => {
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
    let id = 0;
    await expect
      .poll(() => store.write('add', ++id).catch((error: unknown) => error))
      .toMatchObject({
        name: 'StoreUnavailableError',
        message: `the store is read-only: ${path}`,
        cause: { message: 'attempt to write a readonly database', errcode: 8 },
      });
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

  it('refuses writes while others have waited for too long, and completes those that it has accepted', async () => {
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

  it('creates its files and folders for their owner only', () => {
    const modes = ['a', 'a/b', 'a/b/store.db', 'a/b/store.db-wal', 'a/b/store.db-shm'].map((name) =>
      (statSync(join(folder, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '700', '600', '600', '600']);
  });

  describe('SqliteStore whose files were', () => {
    const files = () => readdirSync(join(path, '..')).map((name) => join(path, '..', name));

    async function expectUnusable(message: RegExp): Promise<void> {
      await expect(store.write('add', 2)).rejects.toThrow(message);
      await expect(store.write('add', 3)).rejects.toThrow(StoreUnavailableError);
      expect(() => store.checkReady()).toThrow(message);
    }

    it.each([
      ['all removed', () => files().map((file) => rmSync(file)), /store\.db was removed while/],
      ['replaced', () => renameSync(join(folder, 'copy.db'), path), /store\.db was replaced while/],
      ['hard-linked', () => linkSync(path, join(folder, 'link.db')), /store\.db has 2 hard links/],
      ['removed without the database', () => rmSync(`${path}-wal`), /store\.db-wal was removed while/],
      ['removed but for the journal', () => rmSync(`${path}-shm`), /store\.db-shm was removed while/],
      [
        'moved, with a link in their place',
        () => {
          renameSync(path, join(folder, 'moved.db'));
          symlinkSync(join(folder, 'moved.db'), path);
        },
        /store\.db was replaced while/,
      ],
      ['moved with their folder', () => renameSync(join(path, '..'), join(folder, 'moved')), /store\.db was removed/],
      [
        'copied to a folder that took the place of theirs',
        () => {
          cpSync(join(path, '..'), join(folder, 'moved'), { recursive: true });
          renameSync(join(path, '..'), join(folder, 'old'));
          renameSync(join(folder, 'moved'), join(path, '..'));
        },
        /store\.db was replaced while/,
      ],
    ])('%s acknowledges no write, and is not ready', async (_, change, message) => {
      await store.write('add', 1);
      copyFileSync(path, join(folder, 'copy.db'));
      change();
      await expectUnusable(message);
    });

    it('removed during a commit does not acknowledge it', async () => {
      await expect(store.write('removeFile', path)).rejects.toThrow(/store\.db was removed while/);
    });

    it('moved away and back continues', async () => {
      renameSync(path, join(folder, 'elsewhere.db'));
      await expectUnusable(/store\.db was removed/);
      renameSync(join(folder, 'elsewhere.db'), path);
      expect(await store.write('add', 4)).toBe(8);
      expect(() => store.checkReady()).not.toThrow();
      expect(idsIn(store)).toEqual([4]);
    });

    it('hard-linked does not open', async () => {
      await store.close();
      linkSync(path, join(folder, 'link.db'));
      await expect(open()).rejects.toThrow(/store\.db has 2 hard links: remove all but one/);
      rmSync(join(folder, 'link.db'));
      store = await open();
    });

    it('overwritten in part fails writes as soon as a read has seen it', async () => {
      for (let i = 0; i < 3; i++) await store.write('addLarge', 4_000_000);
      const file = openSync(path, 'r+');
      for (let page = 20; page < statSync(path).size / 4096; page += 2) {
        writeSync(file, Buffer.alloc(4096, 7), 0, 4096, page * 4096);
      }
      closeSync(file);
      const readAll = () => store.read(() => store.reader.prepare('SELECT max(hex(content)) FROM large').all());
      expect(readAll).toThrow(/is damaged .*restore a backup/);
      await expectUnusable(/is damaged/);
    });

    it('emptied but for the database fails all writes from then on', async () => {
      await store.write('add', 1);
      truncateSync(`${path}-wal`);
      await expectUnusable(/store\.db-wal was truncated while/);
    });

    it('truncated fails reads and writes, and does not end the process', async () => {
      for (let i = 0; i < 3; i++) await store.write('addLarge', 4_000_000);
      truncateSync(path);
      const readAll = () => store.read(() => store.reader.prepare('SELECT max(hex(content)) FROM large').all());
      expect(readAll).toThrow(/store\.db was truncated while/);
      await expectUnusable(/store\.db was truncated while/);
    });
  });

  /** Starts node with a program that may use `lockStore` and `beNobody`. */
  function programArguments(program: string): string[] {
    const text = `
      import { lockStore } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
      const beNobody = () => process.getuid() === 0 && process.setuid(65534);
      ${program}`;
    return ['--import', 'tsx', '--input-type=module', '-e', text];
  }

  function inAnotherProcess(program: string): void {
    execFileSync(process.execPath, programArguments(program), { cwd: import.meta.dirname, stdio: 'pipe' });
  }

  it('lets one of many processes that start together use the file', async () => {
    await store.close();
    const program = `lockStore(${JSON.stringify(path)}); console.log('locked'); setTimeout(() => {}, 60_000)`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, programArguments(program), { cwd: import.meta.dirname }),
    );
    const locked = children.map((child) => once(child.stdout, 'data').then(() => child));
    const winner = await Promise.race(locked);
    const losers = children.filter((child) => child !== winner);
    expect(await Promise.all(losers.map(async (child) => (await once(child, 'exit'))[0]))).toEqual([1, 1]);
    winner.kill('SIGKILL');
    await once(winner, 'exit');
    store = await open();
  });

  it('lets one process use the file at a time, also through a symbolic link to a hard link', async () => {
    const hardLink = join(folder, 'hard-link.db');
    const link = join(folder, 'link.db');
    linkSync(path, hardLink);
    symlinkSync(hardLink, link);
    const lock = `lockStore(${JSON.stringify(link)})`;
    expect(() => inAnotherProcess(lock)).toThrow(/link\.db is in use by another process: stop that process/);
    await store.close();
    expect(() => inAnotherProcess(lock)).not.toThrow();
    rmSync(hardLink);
    store = await open();
  });

  describe('SqliteStore in a read-only folder', () => {
    const files = ['store.db', 'store.db-wal', 'store.db-shm'];
    const setModes = (ofFile: number, ofFolder: number) => {
      for (const file of files) chmodSync(join(path, '..', file), ofFile);
      chmodSync(join(path, '..'), ofFolder);
      chmodSync(folder, 0o755);
      chmodSync(join(folder, 'a'), 0o755);
    };

    beforeEach(() => setModes(0o444, 0o555));
    afterEach(() => setModes(0o644, 0o755));

    it('does not lock the store', () => {
      expect(() => inAnotherProcess(`beNobody(); lockStore(${JSON.stringify(path)})`)).toThrow(
        /the store is read-only: .*store\.db$/m,
      );
    });

    it('does not lock a store whose folder cannot be created', () => {
      const elsewhere = join(path, '../new/store.db');
      expect(() => inAnotherProcess(`beNobody(); lockStore(${JSON.stringify(elsewhere)})`)).toThrow(
        /StoreUnavailableError: the folder of .* cannot be used: EACCES/,
      );
    });

    it('continues to write if it was opened before', async () => {
      expect(await store.write('add', 1)).toBe(2);
    });
  });
});
