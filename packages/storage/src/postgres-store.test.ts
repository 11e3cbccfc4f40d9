import { type RequestKey, requestKey, StoreUnavailableError, withTimeLeft } from '@example/domain';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresRequestKeysMigration } from './postgres-keyed.ts';
import { PostgresStore } from './postgres-store.ts';
import { type PostgresServer, startPostgres, whyNoPostgres } from './testing/index.ts';

const missing = whyNoPostgres();
const migrations = [
  { name: 'things', sql: 'CREATE TABLE things (id INTEGER PRIMARY KEY)' },
  postgresRequestKeysMigration,
];

describe.skipIf(missing)(missing ?? 'PostgresStore', () => {
  let server: PostgresServer;
  let url: string;
  let store: PostgresStore;
  let admin: postgres.Sql;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    store = await PostgresStore.open(url, 'things', migrations);
    admin = postgres(url, { max: 1, connection: { search_path: 'things' } });
  });
  afterEach(async () => {
    await admin.end({ timeout: 1 });
    await store.close();
  });

  const key = (n: number) => requestKey(['Add'], `00000000-0000-0000-0000-00000000000${n}`, n) as RequestKey;
  const add = (id: number, k?: RequestKey) =>
    store.write(k, async (sql) => {
      await sql`INSERT INTO things VALUES (${id})`;
      return id;
    });
  const ids = async () =>
    (await store.read<{ id: number }>((sql) => sql`SELECT id FROM things ORDER BY id`)).map(({ id }) => id);

  it('lets processes that start at once make the tables', async () => {
    const fresh = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => PostgresStore.open(fresh, 'things', migrations)));
    await Promise.all(stores.map((one) => one.close()));
  });

  it('refuses the tables of a newer release or of another service', async () => {
    await expect(PostgresStore.open(url, 'things', migrations.slice(0, 1))).rejects.toThrow(
      /as its step 2.*newer release/,
    );
  });

  it('changes nothing when a change fails half-way', async () => {
    const change = store.write(key(1), async (sql) => {
      await sql`INSERT INTO things VALUES (1)`;
      await sql`INSERT INTO things VALUES (1)`;
    });
    await expect(change).rejects.toThrow(/duplicate key/);
    expect(await ids()).toEqual([]);
    expect(await add(1, key(1))).toEqual({ value: 1 });
  });

  it('forgets keys after a day, and not before', async () => {
    await add(1, key(1));
    await admin`UPDATE request_keys SET create_time_ms = create_time_ms - ${23 * 60 * 60 * 1_000}::BIGINT`;
    await add(2, key(2));
    expect(await add(1, key(1))).toEqual({ value: 1 });
    await admin`UPDATE request_keys SET create_time_ms = create_time_ms - ${25 * 60 * 60 * 1_000}::BIGINT`;
    await add(3, key(3));
    expect(await admin`SELECT count(*)::INTEGER AS n FROM request_keys`).toMatchObject([{ n: 1 }]);
  });

  it('gives up a statement when the time of its call is over', async () => {
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
  });

  it('says that a server that is gone is unavailable', async () => {
    const other = await startPostgres();
    const gone = await PostgresStore.open(await other.createDatabase(), 'things', migrations);
    await other.stop();
    const read = withTimeLeft(
      () => 500,
      () => gone.read((sql) => sql`SELECT 1`),
    );
    await expect(read).rejects.toThrow(StoreUnavailableError);
    await gone.close();
  });
});
