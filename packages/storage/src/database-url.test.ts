import { describe, expect, it } from 'vitest';
import { databaseUrl, describeDatabase } from './database-url.ts';

describe('databaseUrl', () => {
  it.each([
    ['sqlite:/var/lib/user.db', '/var/lib/user.db'],
    ['sqlite:.data/user.db', '.data/user.db'],
    [undefined, 'default.db'],
  ])('parses %j as the SQLite file %j', (url, path) => {
    expect(databaseUrl('sqlite:default.db').parse(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each(['postgres://aoife:secret@db.example.org:5432/users?sslmode=require', 'postgresql://localhost/users'])(
    'parses %j as a PostgreSQL URL',
    (url) => {
      expect(databaseUrl('sqlite:default.db').parse(url)).toEqual({ kind: 'postgres', url });
    },
  );

  it.each([
    ...['sqlite:', 'sqlite::memory:', 'sqlite:file:user.db?mode=memory', '/var/lib/user.db'],
    ...['mysql://localhost/users', 'postgres://[', 'postgres://app:12/cret@h/db'],
  ])('rejects %j', (url) => {
    expect(databaseUrl('sqlite:default.db').safeParse(url).success).toBe(false);
  });
});

it('describeDatabase returns the absolute path of a file, and hides the password of a server', () => {
  expect(describeDatabase({ kind: 'sqlite', path: 'a/user.db' })).toBe(`sqlite:${process.cwd()}/a/user.db`);
  expect(describeDatabase({ kind: 'postgres', url: 'postgres://aoife:s%2Fcret@db:5432/users' })).toBe(
    'postgres://db:5432/users',
  );
});
