import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type IdempotencyKey, idempotencyKey } from '@example/service-kit';
import { PostgresStore, prepareSqlite } from '@example/storage';
import { describeWithPostgres } from '@example/storage/testing/vitest';
import { expect, it } from 'vitest';
import type { UserRepository } from '../domain/user-repository.ts';
import { UsersV1 } from '../domain/users-v1.ts';
import { UsersV2 } from '../domain/users-v2.ts';
import { migrations } from './migrations.ts';
import { postgresMigrations } from './postgres-migrations.ts';
import { PostgresUserRepository } from './postgres-user-repository.ts';
import { SqliteUserRepository } from './sqlite-user-repository.ts';

/** The number of migrations before user.v2. */
const stepsBefore = { sqlite: 3, postgres: 2 };

const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const saoirse = { id: 4n, name: 'Saoirse', email: 's@example.com' };
const storedResult = JSON.stringify({ ...saoirse, id: '4' });
const { scope, id, fingerprint } = idempotencyKey(['CreateUser', ''], requestId, [
  saoirse.name,
  saoirse.email,
]) as IdempotencyKey;

/**
 * Expects the users and idempotency keys of a store from before user.v2, in which `saoirse` was created with
 * `requestId`.
 */
async function expectAllKept(repository: UserRepository): Promise<void> {
  const users = new UsersV1(repository);
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

it('a SQLite file from before user.v2 keeps its users and idempotency keys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'user-migrations-'));
  const path = join(folder, 'user.db');
  prepareSqlite(path, migrations.slice(0, stepsBefore.sqlite));
  const db = new DatabaseSync(path);
  db.prepare('INSERT INTO users (name, email) VALUES (?, ?)').run(saoirse.name, saoirse.email);
  db.prepare('INSERT INTO request_keys VALUES (?, ?, ?, ?, ?)').run(scope, id, fingerprint, storedResult, Date.now());
  db.close();

  const repository = await SqliteUserRepository.open(path);
  await expectAllKept(repository);
  await repository.close();
  rmSync(folder, { recursive: true });
});

describeWithPostgres('a PostgreSQL schema from before user.v2', (server) => {
  it('keeps its users and idempotency keys, and still serves a replica of the old version', async () => {
    const url = await server().createDatabase();
    const old = await PostgresStore.open(url, 'user_service', postgresMigrations.slice(0, stepsBefore.postgres));
    const insert = (name: string) =>
      old.write(undefined, async (sql) => {
        await sql`INSERT INTO users (name, email) VALUES (${name}, ${saoirse.email}) RETURNING id, name, email`;
      });
    await insert(saoirse.name);
    await old.write(undefined, async (sql) => {
      await sql`INSERT INTO request_keys VALUES (${scope}, ${id}, ${fingerprint}, ${storedResult}, ${Date.now()})`;
    });

    const repository = await PostgresUserRepository.open(url);
    await expectAllKept(repository);
    await insert('Síle');
    expect(await repository.get(6n)).toMatchObject({ name: 'Síle', roles: [] });
    await repository.close();
    await old.close();
  });
});
