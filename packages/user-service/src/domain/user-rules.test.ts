import { InvalidFieldsError } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { checkNewUser } from './user-rules.ts';

function fieldsAtFault(name: string, email: string): readonly string[] {
  try {
    checkNewUser({ name, email }, '');
    return [];
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error.violations.map(({ field }) => field);
    throw error;
  }
}

const label63 = 'a'.repeat(63);

describe('an e-mail address', () => {
  it.each([
    'a@b.c',
    'first.last+tag@example.com',
    "!#$%&'*+/=?^_{|}~-@example.com",
    '.a..b.@example.com',
    `${'a'.repeat(64)}@example.com`,
    `a@${label63}.com`,
    'a@xn--bcher-kva.example',
    `a@${label63}.${label63}.${label63}.${'a'.repeat(60)}`,
  ])('may be %s', (email) => {
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
  ])('may not be %j', (email) => {
    expect(fieldsAtFault('Aoife', email)).toEqual(['email']);
  });
});

describe('a new user', () => {
  it('hears of both fields at once', () => {
    expect(fieldsAtFault('', '')).toEqual(['name', 'email']);
  });

  it.each([200, 201])('with a name of %i emoji', (length) => {
    expect(fieldsAtFault('😀'.repeat(length), 'a@example.com')).toEqual(length > 200 ? ['name'] : []);
  });
});
