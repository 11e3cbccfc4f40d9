import { describe, expect, it } from 'vitest';
import { formatPageToken, parsePageToken } from './page-token.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('formatPageToken', () => {
  it('encodes v1: and the id in base64url', () => {
    expect(formatPageToken(50n)).toBe('djE6NTA');
  });

  it.each([1n, 50n, 2n ** 53n + 1n, 2n ** 63n - 1n])('of %s is parsed back', (id) => {
    expect(parsePageToken(formatPageToken(id))).toBe(id);
  });
});

describe('parsePageToken', () => {
  it.each([
    ['that is empty', ''],
    ['that is not base64url', '!!!'],
    ['with padding', `${encoded('v1:50')}=`],
    ['in base64 with other letters', Buffer.from('v1:50').toString('base64').concat('+')],
    ['with unused bits that are not zero', 'djE6NTB'],
    ['with white space', ' djE6NTA'],
    ['of another version', encoded('v9:50')],
    ['without a number', encoded('v1:x')],
    ['with the id 0', encoded('v1:0')],
    ['with a negative number', encoded('v1:-1')],
    ['with a leading zero', encoded('v1:050')],
    ['with trailing text', encoded('v1:50 ')],
    ['beyond the range of int64', encoded('v1:9223372036854775808')],
    ['with a hundred digits', encoded(`v1:${'9'.repeat(100)}`)],
  ])('rejects a token %s', (_, token) => {
    expect(parsePageToken(token)).toBeUndefined();
  });
});
