import { DatabaseSync } from 'node:sqlite';
import { type IdempotencyKey, idempotencyKey } from '@example/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeyedWrite, keyedWrites, requestKeysMigration } from './sqlite-keyed.ts';

let db: DatabaseSync;
let keyed: KeyedWrite;
let written: number;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec(requestKeysMigration.sql);
  keyed = keyedWrites(db);
  written = 0;
});
afterEach(() => db.close());

const key = (n: number, request: unknown = 'request', scope = 'Create') =>
  idempotencyKey([scope], `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`, request) as IdempotencyKey;
const write = () => ({ written: ++written });

describe('keyedWrites', () => {
  it('makes a write without a key each time', () => {
    keyed(undefined, write);
    expect(keyed(undefined, write)).toEqual({ value: { written: 2 } });
  });

  it('makes a write with a key once, and answers the same again', () => {
    expect(keyed(key(1), write)).toEqual({ value: { written: 1 } });
    expect(keyed(key(1), write)).toEqual({ value: { written: 1 } });
    expect(keyed(key(2), write)).toEqual({ value: { written: 2 } });
    expect(keyed(key(1, 'request', 'Update'), write)).toEqual({ value: { written: 3 } });
  });

  it('refuses another request under the key', () => {
    keyed(key(1), write);
    expect(keyed(key(1, 'another'), write)).toEqual({ isConflict: true });
    expect(written).toBe(1);
  });

  it('does not remember what failed', () => {
    expect(() =>
      keyed(key(1), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(keyed(key(1), write)).toEqual({ value: { written: 1 } });
  });

  it('forgets keys after a day, and not before', () => {
    const count = () => db.prepare('SELECT count(*) AS n FROM request_keys').get()?.['n'];
    for (let i = 0; i < 10; i++) keyed(key(i), write);
    const ageAll = (ms: number) => db.exec(`UPDATE request_keys SET create_time_ms = create_time_ms - ${ms}`);
    ageAll(24 * 60 * 60 * 1_000 - 60_000);
    keyed(key(10), write);
    expect(count()).toBe(11);
    ageAll(61_000);
    for (let i = 11; i < 16; i++) keyed(key(i), write);
    expect(count()).toBe(6);
  });
});
