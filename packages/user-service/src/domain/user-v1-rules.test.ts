import { InvalidFieldsError } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { checkNewUserV1 } from './user-v1-rules.ts';

function fieldsAtFault(name: string, email: string): readonly string[] {
  try {
    checkNewUserV1({ name, email }, '');
    return [];
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error.violations.map(({ field }) => field);
    throw error;
  }
}

const label63 = 'a'.repeat(63);

describe('checkNewUserV1', () => {
  it.each([
    'a@b.c',
    'first.last+tag@example.com',
    "!#$%&'*+/=?^_{|}~-@example.com",
    '.a..b.@example.com',
    `${'a'.repeat(64)}@example.com`,
    `a@${label63}.com`,
    'a@xn--bcher-kva.example',
    `a@${label63}.${label63}.${label63}.${'a'.repeat(60)}`,
  ])('accepts the e-mail address %s', (email) => {
    expect(fieldsAtFault('Aoife', email)).toEqual([]);
  });

  it.each([
    '',
    'a',
    '@example.com',
    'a@',
    'a@example',
    'a@example.',
    'a@.com',
    'a@b..com',
    'a@-b.com',
    'a@b-.com',
    'a b@example.com',
    ' a@example.com',
    'a@example.com\n',
    'a@b@example.com',
    'ü@example.com',
    'a@bücher.example',
    '"a"@example.com',
    'a`@example.com',
    'a@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    `a@${'a'.repeat(64)}.com`,
    `a@${label63}.${label63}.${label63}.${'a'.repeat(61)}`,
  ])('rejects the e-mail address %j', (email) => {
    expect(fieldsAtFault('Aoife', email)).toEqual(['email']);
  });

  it('reports both invalid fields at once', () => {
    expect(fieldsAtFault('', '')).toEqual(['name', 'email']);
  });

  it.each([200, 201])('counts a name of %i emoji by code points', (length) => {
    expect(fieldsAtFault('😀'.repeat(length), 'a@example.com')).toEqual(length > 200 ? ['name'] : []);
  });
});
