import { type IdempotencyKey, idempotencyKey, StoreUnavailableError, withTimeLeft } from '@example/service-kit';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWithPostgres, openOnStoppedPostgres } from '../testing/vitest.ts';
import { postgresIdempotencyKeysMigration } from './idempotent-change.ts';
import { PostgresStore } from './postgres-store.ts';
import { TcpProxy } from './tcp-proxy.fixture.ts';

const patient = { timeout: 10_000 };
const migrations = [
  { name: 'things', sql: 'CREATE TABLE things (id INTEGER PRIMARY KEY)' },
  postgresIdempotencyKeysMigration,
];

describeWithPostgres('PostgresStore', (server) => {
  let url: string;
  let store: PostgresStore;
  let admin: postgres.Sql;

  beforeEach(async () => {
    url = await server().createDatabase();
    store = await PostgresStore.open(url, 'things', migrations);
    admin = postgres(url, { max: 1, connection: { search_path: 'things' } });
  });
  afterEach(async () => {
    await admin.end({ timeout: 1 });
    await store.close();
  });

  const key = (n: number) => idempotencyKey(['Add'], `00000000-0000-0000-0000-00000000000${n}`, n) as IdempotencyKey;
  const add = (id: number, k?: IdempotencyKey) =>
    store.write(k, async (sql) => {
      await sql`INSERT INTO things VALUES (${id})`;
      return id;
    });
  const ids = async () =>
    (await store.read<{ id: number }>((sql) => sql`SELECT id FROM things ORDER BY id`)).map(({ id }) => id);

  it('lets processes that start at the same time create the tables', async () => {
    const fresh = await server().createDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => PostgresStore.open(fresh, 'things', migrations)));
    await Promise.all(stores.map((one) => one.close()));
  });

  it('continues from a migration that another process applies meanwhile, at whatever statement it fails', async () => {
    const more = [...migrations, { name: 'names', sql: 'ALTER TABLE things ADD COLUMN name TEXT' }];
    const taking = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const other = admin.begin(async (sql) => {
      await sql`ALTER TABLE things ADD COLUMN name TEXT`;
      await sql`INSERT INTO schema_migrations VALUES (3, 'names', '')`;
      taking.resolve();
      await taken.promise;
    });
    await taking.promise;
    const late = PostgresStore.open(url, 'things', more);
    const watch = postgres(url, { max: 1 });
    await expect.poll(() => lockWaiters(watch), patient).toBe(1);
    taken.resolve();
    await other;
    await (await late).close();
    await watch.end();
  });

  it('does not need the privilege to create tables if they exist', async () => {
    await admin.unsafe(`
      CREATE ROLE serving LOGIN;
      GRANT USAGE ON SCHEMA things TO serving;
      GRANT ALL ON ALL TABLES IN SCHEMA things TO serving`);
    const served = await PostgresStore.open(
      Object.assign(new URL(url), { username: 'serving' }).href,
      'things',
      migrations,
    );
    expect(await served.write(key(1), (sql) => sql`INSERT INTO things VALUES (1) RETURNING id`)).toEqual({
      value: [{ id: 1 }],
    });
    await served.close();
    await admin.unsafe('DROP OWNED BY serving; DROP ROLE serving');
  });

  it('is ready while slow tasks use all connections and more tasks wait', async () => {
    const release = Promise.withResolvers<void>();
    const slow = Array.from({ length: 30 }, () => store.write(undefined, () => release.promise));
    await store.checkReady();
    release.resolve();
    await Promise.all(slow);
  });

  it('rejects the tables of a newer release or of another service', async () => {
    await expect(PostgresStore.open(url, 'things', migrations.slice(0, 1))).rejects.toThrow(
      /as its step 2.*newer release/,
    );
  });

  it('changes nothing when a change fails halfway', async () => {
    const change = store.write(key(1), async (sql) => {
      await sql`INSERT INTO things VALUES (1)`;
      await sql`INSERT INTO things VALUES (1)`;
    });
    await expect(change).rejects.toThrow(/duplicate key/);
    expect(await ids()).toEqual([]);
    expect(await add(1, key(1))).toEqual({ value: 1 });
  });

  it('deletes keys after a day, and not before', async () => {
    await add(1, key(1));
    await admin`UPDATE request_keys SET create_time_ms = create_time_ms - ${23 * 60 * 60 * 1_000}::BIGINT`;
    await add(2, key(2));
    expect(await add(1, key(1))).toEqual({ value: 1 });
    await admin`UPDATE request_keys SET create_time_ms = create_time_ms - ${25 * 60 * 60 * 1_000}::BIGINT`;
    await add(3, key(3));
    expect(await admin`SELECT count(*)::INTEGER AS n FROM request_keys`).toMatchObject([{ n: 1 }]);
  });

  it('skips expired keys that another transaction has locked, and deletes the next ones', async () => {
    for (let i = 1; i <= 4; i++) await add(i, key(i));
    await admin`UPDATE request_keys SET create_time_ms = substr(id, 36)::BIGINT`;
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const other = admin.begin(async (sql) => {
      await sql`SELECT * FROM request_keys ORDER BY create_time_ms LIMIT 2 FOR UPDATE`;
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    await withTimeLeft(
      () => 2_000,
      () => add(5, key(5)),
    );
    release.resolve();
    await other;
    expect((await admin`SELECT id FROM request_keys ORDER BY id`).map(({ id }) => id.at(-1))).toEqual(['1', '2', '5']);
  });

  it('treats a key as new if it is deleted between its insert and its lookup', async () => {
    await add(1, key(1));
    await admin.unsafe(`
      UPDATE request_keys SET create_time_ms = 0;
      CREATE FUNCTION prune() RETURNS TRIGGER LANGUAGE plpgsql AS $$
        BEGIN DELETE FROM request_keys WHERE create_time_ms = 0; RETURN NULL; END $$;
      CREATE TRIGGER prune AFTER INSERT ON request_keys FOR EACH STATEMENT EXECUTE FUNCTION prune()`);
    expect(await add(2, key(1))).toEqual({ value: 2 });
  });

  it('retries a transaction after a serialization failure', async () => {
    await add(1);
    await add(2);
    let attempts = 0;
    const result = await store.write(undefined, async (sql) => {
      await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
      await sql`SELECT * FROM things`;
      if (++attempts === 1) await admin`UPDATE things SET id = 3 WHERE id = 1`;
      await sql`UPDATE things SET id = id + 10`;
      return attempts;
    });
    expect(result).toEqual({ value: 2 });
    expect(await ids()).toEqual([12, 13]);
  });

  it('retries a transaction after a deadlock', async () => {
    await add(1);
    await add(2);
    let attempts = 0;
    let other: Promise<unknown> = Promise.resolve();
    const result = await store.write(undefined, async (sql) => {
      // The transaction with the shorter deadlock_timeout detects the deadlock and is the one that is rolled back.
      await sql`SET LOCAL deadlock_timeout = '10ms'`;
      if (++attempts === 1) {
        const locked = Promise.withResolvers<void>();
        other = admin.begin(async (theirs) => {
          await theirs`SET LOCAL deadlock_timeout = '60s'`;
          await theirs`SELECT * FROM things WHERE id = 2 FOR UPDATE`;
          locked.resolve();
          await theirs`SELECT * FROM things WHERE id = 1 FOR UPDATE`;
        });
        await sql`SELECT * FROM things WHERE id = 1 FOR UPDATE`;
        await locked.promise;
        await expect.poll(() => lockWaiters(sql), patient).toBe(1);
      }
      await sql`SELECT * FROM things WHERE id = 2 FOR UPDATE`;
      return attempts;
    });
    await other;
    expect(result).toEqual({ value: 2 });
  });

  it('cancels a statement when the deadline of its call has passed', async () => {
    await add(1);
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const locking = admin.begin(async (sql) => {
      await sql`SELECT * FROM things FOR UPDATE`;
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waiting = () =>
      withTimeLeft(
        () => 100,
        () => store.write(undefined, async (sql) => void (await sql`SELECT * FROM things FOR UPDATE`)),
      );
    await expect(waiting()).rejects.toThrow(StoreUnavailableError);
    const sleeping = withTimeLeft(
      () => 100,
      () => store.read((sql) => sql`SELECT pg_sleep(30)`),
    );
    await expect(sleeping).rejects.toThrow(StoreUnavailableError);
    release.resolve();
    await locking;
    expect(await ids()).toEqual([1]);
    await expect.poll(() => admin`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'`, patient).toEqual([]);
  });

  it('limits a whole transaction to the time left for its call', async () => {
    const end = performance.now() + 600;
    const slow = withTimeLeft(
      () => end - performance.now(),
      () =>
        store.write(undefined, async (sql) => {
          await sql`INSERT INTO things VALUES (1)`;
          for (let i = 0; i < 4; i++) await sql`SELECT pg_sleep(0.4)`;
        }),
    );
    await expect(slow).rejects.toThrow(StoreUnavailableError);
    expect(performance.now()).toBeLessThan(end + 700);
    expect(await ids()).toEqual([]);
  });

  it('waits for a connection no longer than the time left for the call', async () => {
    const held = Array.from({ length: 10 }, () => store.read((sql) => sql`SELECT pg_sleep(1)`));
    const late = withTimeLeft(
      () => 100,
      () => ids(),
    );
    await expect(late).rejects.toThrow(/no connection to PostgreSQL was free within/);
    await Promise.all(held);
  });

  describe('PostgresStore behind a network that fails', () => {
    let proxy: TcpProxy;
    let far: PostgresStore;
    beforeEach(async () => {
      proxy = await TcpProxy.to(url);
      far = await PostgresStore.open(proxy.through(url), 'things', migrations);
    });
    afterEach(async () => {
      await far.close();
      proxy.close();
    });

    const inTime = <T>(run: () => Promise<T>) => withTimeLeft(() => 200, run);
    const sleep = (seconds: number) => far.read((sql) => sql`SELECT pg_sleep(${seconds})`);

    it('survives when the connection to cancel a late statement cannot be opened', async () => {
      await sleep(0);
      proxy.stopListening();
      await expect(inTime(() => sleep(30))).rejects.toThrow(StoreUnavailableError);
    });

    it('replaces connections whose peer went silent', async () => {
      await Promise.all(Array.from({ length: 10 }, () => sleep(0.2)));
      expect(proxy.connections).toBe(10);
      proxy.fallSilent();
      const write = (id: number) =>
        far.write(undefined, async (sql) => void (await sql`INSERT INTO things VALUES (${id})`));
      const calls = Array.from({ length: 5 }, (_, i) => [inTime(() => write(i)), inTime(() => sleep(0))]).flat();
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) });
      }
      await write(7);
      expect(await ids()).toEqual([7]);
    });

    it.each([
      { when: 'before', stored: [] },
      { when: 'after', stored: [1] },
    ] as const)(
      'does not retry a change without a key whose COMMIT is cut off $when PostgreSQL receives it',
      async ({ when, stored }) => {
        let attempts = 0;
        const change = far.write(undefined, async (sql) => {
          attempts += 1;
          await sql`INSERT INTO things VALUES (1)`;
          proxy.cutNext(when);
        });
        await expect(change).rejects.toThrow(StoreUnavailableError);
        expect(attempts).toBe(1);
        await expect.poll(ids, patient).toEqual(stored);
      },
    );

    it.each([
      { lost: 'closed', isReset: false },
      { lost: 'reset', isReset: true },
    ])('retries a change whose connection is $lost before its COMMIT', async ({ isReset }) => {
      let attempts = 0;
      const change = () =>
        far.write(undefined, async (sql) => {
          if (++attempts === 1) proxy.cutNext('after', isReset);
          await sql`INSERT INTO things VALUES (1)`;
          return attempts;
        });
      // The reopened connection serves another transaction, which must not receive queries of the lost one.
      expect(await withTimeLeft(() => 5_000, change)).toEqual({ value: 2 });
      expect(await ids()).toEqual([1]);
    });

    it('runs no statement of a transaction with a lost connection on another connection', async () => {
      const isRetried = Promise.withResolvers<void>();
      let late: Promise<unknown> | undefined;
      await far.write(undefined, async (sql) => {
        if (late !== undefined) {
          isRetried.resolve();
          await late;
          await sql`INSERT INTO things VALUES (1)`;
          return;
        }
        late = isRetried.promise.then(() => sql`INSERT INTO things VALUES (2)`).catch((error: unknown) => error);
        proxy.cutNext('after');
        await sql`SELECT 1`;
      });
      expect(await late).toMatchObject({ code: 'CONNECTION_CLOSED' });
      expect(await ids()).toEqual([1]);
    });
  });

  it('throws StoreUnavailableError when the server has stopped', async () => {
    const gone = await openOnStoppedPostgres((url) => PostgresStore.open(url, 'things', migrations));
    const read = withTimeLeft(
      () => 500,
      () => gone.read((sql) => sql`SELECT 1`),
    );
    await expect(read).rejects.toThrow(StoreUnavailableError);
    await gone.close();
  });
});

/** The number of statements that wait for a lock of another transaction. */
async function lockWaiters(sql: postgres.Sql | postgres.TransactionSql): Promise<number> {
  const rows = await sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return rows.length;
}
