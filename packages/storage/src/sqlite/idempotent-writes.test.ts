import { DatabaseSync } from 'node:sqlite';
import { type IdempotencyKey, idempotencyKey } from '@example/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IdempotentWrite, idempotentWrites, sqliteIdempotencyKeysMigration } from './idempotent-writes.ts';

let db: DatabaseSync;
let idempotent: IdempotentWrite;
let written: number;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec(sqliteIdempotencyKeysMigration.sql);
  idempotent = idempotentWrites(db);
  written = 0;
});
afterEach(() => db.close());

const key = (n: number, request: unknown = 'request', scope = 'Create') =>
  idempotencyKey([scope], `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`, request) as IdempotencyKey;
const write = () => ({ written: ++written });

describe('idempotentWrites', () => {
  it('runs a write without a key each time', () => {
    idempotent(undefined, write);
    expect(idempotent(undefined, write)).toEqual({ value: { written: 2 } });
  });

  it('runs a write with a key once, and returns the same result again', () => {
    expect(idempotent(key(1), write)).toEqual({ value: { written: 1 } });
    expect(idempotent(key(1), write)).toEqual({ value: { written: 1 } });
    expect(idempotent(key(2), write)).toEqual({ value: { written: 2 } });
    expect(idempotent(key(1, 'request', 'Update'), write)).toEqual({ value: { written: 3 } });
  });

  it('reports a conflict for another request with the same key', () => {
    idempotent(key(1), write);
    expect(idempotent(key(1, 'another'), write)).toEqual({ isConflict: true });
    expect(written).toBe(1);
  });

  it('does not store the key of a failed write', () => {
    expect(() =>
      idempotent(key(1), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(idempotent(key(1), write)).toEqual({ value: { written: 1 } });
  });

  it('deletes keys after a day, and not before', () => {
    const count = () => db.prepare('SELECT count(*) AS n FROM request_keys').get()?.['n'];
    for (let i = 0; i < 10; i++) idempotent(key(i), write);
    const ageAll = (ms: number) => db.exec(`UPDATE request_keys SET create_time_ms = create_time_ms - ${ms}`);
    ageAll(24 * 60 * 60 * 1_000 - 60_000);
    idempotent(key(10), write);
    expect(count()).toBe(11);
    ageAll(61_000);
    for (let i = 11; i < 16; i++) idempotent(key(i), write);
    expect(count()).toBe(6);
  });
});
