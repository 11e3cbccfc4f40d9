import { describe, expect, it } from 'vitest';
import { lastIdOf, pageToken } from './page-token.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('pageToken', () => {
  it('is base64url of v1: and the id', () => {
    expect(pageToken(50n)).toBe('djE6NTA');
  });

  it.each([1n, 50n, 2n ** 53n + 1n, 2n ** 63n - 1n])('of %s is read back', (id) => {
    expect(lastIdOf(pageToken(id))).toBe(id);
  });
});

describe('lastIdOf', () => {
  it.each([
    ['nothing', ''],
    ['no base64url', '!!!'],
    ['padded', `${encoded('v1:50')}=`],
    ['base64 with other letters', Buffer.from('v1:50').toString('base64').concat('+')],
    ['followed by bits that stand for nothing', 'djE6NTB'],
    ['with white space', ' djE6NTA'],
    ['of another version', encoded('v2:50')],
    ['of no number', encoded('v1:x')],
    ['of zero', encoded('v1:0')],
    ['of a negative number', encoded('v1:-1')],
    ['with a leading zero', encoded('v1:050')],
    ['with something behind', encoded('v1:50 ')],
    ['beyond an int64', encoded('v1:9223372036854775808')],
    ['far beyond', encoded(`v1:${'9'.repeat(100)}`)],
  ])('refuses a token %s', (_, token) => {
    expect(lastIdOf(token)).toBeUndefined();
  });
});
