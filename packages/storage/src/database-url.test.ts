import { describe, expect, it } from 'vitest';
import { databaseUrl } from './database-url.ts';

describe('databaseUrl', () => {
  it.each([
    ['sqlite:/var/lib/user.db', '/var/lib/user.db'],
    ['sqlite:.data/user.db', '.data/user.db'],
    [undefined, 'default.db'],
  ])('of %j is the file %j', (url, path) => {
    expect(databaseUrl('sqlite:default.db').parse(url)).toBe(path);
  });

  it.each(['sqlite:', 'postgres://localhost/users', '/var/lib/user.db'])('refuses %j', (url) => {
    expect(databaseUrl('sqlite:default.db').safeParse(url).success).toBe(false);
  });
});
