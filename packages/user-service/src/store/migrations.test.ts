import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type IdempotencyKey, idempotencyKey } from '@example/service-kit';
import { PostgresStore, prepareSqlite } from '@example/storage';
import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserRepository } from '../domain/user-repository.ts';
import { Users } from '../domain/users.ts';
import { UsersV2 } from '../domain/users-v2.ts';
import { migrations } from './migrations.ts';
import { postgresMigrations } from './postgres-migrations.ts';
import { PostgresUserRepository } from './postgres-user-repository.ts';
import { SqliteUserRepository } from './sqlite-user-repository.ts';

/** How many steps the schema had before 1.2.0. */
const before = { sqlite: 3, postgres: 2 };

const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const saoirse = { id: 4n, name: 'Saoirse', email: 's@example.com' };
const answer = JSON.stringify({ ...saoirse, id: '4' });
const { scope, id, fingerprint } = idempotencyKey(['CreateUser', ''], requestId, [
  saoirse.name,
  saoirse.email,
]) as IdempotencyKey;

/** What a store from before 1.2.0 must still be, when `saoirse` was created in it with `requestId`. */
async function expectAllKept(repository: UserRepository): Promise<void> {
  const users = new Users(repository);
  const v2 = new UsersV2(repository);
  const nothingElse = { age: undefined, roles: [], address: undefined, createTime: undefined };
  expect(await v2.get('usr-4')).toEqual({ ...saoirse, ...nothingElse });
  expect(await users.create(saoirse, requestId, '')).toEqual({ ...saoirse, ...nothingElse });
  expect((await v2.list(0, '')).users).toHaveLength(4);
  const { createTime, ...updated } = await v2.update({ ...saoirse, ...nothingElse, id: 'usr-4', age: 36 }, []);
  expect(updated).toEqual({ ...saoirse, age: 36, roles: [], address: undefined });
  expect(createTime).toBeUndefined();
  expect((await users.create(saoirse, '', '')).id).toBe(5n);
}

it('a SQLite file from before 1.2.0 keeps its users and the ids of its requests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'user-migrations-'));
  const path = join(folder, 'user.db');
  prepareSqlite(path, migrations.slice(0, before.sqlite));
  const db = new DatabaseSync(path);
  db.prepare('INSERT INTO users (name, email) VALUES (?, ?)').run(saoirse.name, saoirse.email);
  db.prepare('INSERT INTO request_keys VALUES (?, ?, ?, ?, ?)').run(scope, id, fingerprint, answer, Date.now());
  db.close();

  const repository = await SqliteUserRepository.open(path);
  await expectAllKept(repository);
  await repository.close();
  rmSync(folder, { recursive: true });
});

const missing = whyNoPostgres();

describe.skipIf(missing)(missing ?? 'with a PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('a schema from before 1.2.0 keeps its users and the ids of its requests, and serves a replica that goes on', async () => {
    const url = await server.createDatabase();
    const old = await PostgresStore.open(url, 'user_service', postgresMigrations.slice(0, before.postgres));
    const insert = (name: string) =>
      old.write(undefined, async (sql) => {
        await sql`INSERT INTO users (name, email) VALUES (${name}, ${saoirse.email}) RETURNING id, name, email`;
      });
    await insert(saoirse.name);
    await old.write(undefined, async (sql) => {
      await sql`INSERT INTO request_keys VALUES (${scope}, ${id}, ${fingerprint}, ${answer}, ${Date.now()})`;
    });

    const repository = await PostgresUserRepository.open(url);
    await expectAllKept(repository);
    await insert('Síle');
    expect(await repository.get(6n)).toMatchObject({ name: 'Síle', roles: [] });
    await repository.close();
    await old.close();
  });
});
