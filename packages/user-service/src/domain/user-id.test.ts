import { describe, expect, it } from 'vitest';
import { formatUserId, parseUserId } from './user-id.ts';

describe('parseUserId', () => {
  it.each([1n, 4n, 2n ** 53n + 1n, 2n ** 63n - 1n])('parses the text of %s back', (id) => {
    expect(parseUserId(formatUserId(id))).toBe(id);
  });

  it.each([
    '',
    '1',
    'usr-',
    'usr-0',
    'usr--1',
    'usr-+1',
    'usr-01',
    'usr-1.0',
    'usr-1 ',
    ' usr-1',
    'usr-1\n',
    'USR-1',
    'usr-x',
    'usr-١',
    'usr-9223372036854775808',
    `usr-${'9'.repeat(100)}`,
  ])('rejects %j', (text) => {
    expect(parseUserId(text)).toBeUndefined();
  });
});
