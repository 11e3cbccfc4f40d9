import { describe, expect, it } from 'vitest';
import { InvalidFieldsError } from './errors.ts';
import { FieldCheck } from './field-check.ts';

function violationsOf(run: (check: FieldCheck) => void): InvalidFieldsError | undefined {
  const check = new FieldCheck();
  run(check);
  try {
    check.throwIfAny();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error;
    throw error;
  }
}

const limits = { min: 1, max: 5 };

describe('text', () => {
  it.each([
    ['shortest', 'a'],
    ['longest', 'abcde'],
    ['longest, of letters outside ASCII', 'ñandú'],
    ['longest, of code points outside the BMP', '😀😀😀😀😀'],
    ['combining marks count one by one', 'e\u0301e\u0301e'],
    ['white space is not trimmed', '     '],
    ['format characters are not control characters', '\u200b'],
  ])('takes %s', (_, value) => {
    expect(violationsOf((check) => check.text('name', value, limits))).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['one too long', 'abcdef'],
    ['one code point too long', '😀😀😀😀😀😀'],
    ['NUL', 'a\0b'],
    ['tab', 'a\tb'],
    ['line feed', 'a\n'],
    ['DEL', '\x7f'],
    ['a C1 control', '\u0085'],
    ['half a surrogate pair', '\ud83d'],
  ])('refuses %s', (_, value) => {
    const error = violationsOf((check) => check.text('name', value, limits));
    expect(error?.violations).toEqual([
      { field: 'name', description: 'must have 1 to 5 characters and no control characters' },
    ]);
  });
});

describe('multilineText', () => {
  it.each(['a\tb', 'a\nb'])('takes %j', (value) => {
    expect(violationsOf((check) => check.multilineText('text', value, limits))).toBeUndefined();
  });

  it.each(['a\rb', 'a\0b', '\u0085', ''])('refuses %j', (value) => {
    expect(violationsOf((check) => check.multilineText('text', value, limits))?.count).toBe(1);
  });
});

describe('wholeNumber', () => {
  it.each([1, 5, 1n, 5n])('takes %s', (value) => {
    expect(violationsOf((check) => check.wholeNumber('id', value, 1, 5))).toBeUndefined();
  });

  it.each([0, 6, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0n, 6n, -(2n ** 63n)])('refuses %s', (value) => {
    expect(violationsOf((check) => check.wholeNumber('id', value, 1, 5))?.count).toBe(1);
  });
});

describe('optionalUuid', () => {
  const value = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

  it.each(['', value, value.toUpperCase(), '00000000-0000-0000-0000-000000000000'])('takes %j', (uuid) => {
    expect(violationsOf((check) => check.optionalUuid('request_id', uuid))).toBeUndefined();
  });

  it.each(['x', ` ${value}`, `{${value}}`, value.replaceAll('-', ''), `${value}\n`, 'g'.repeat(36)])(
    'refuses %j',
    (uuid) => {
      expect(violationsOf((check) => check.optionalUuid('request_id', uuid))?.violations).toEqual([
        { field: 'request_id', description: 'must be empty or a UUID' },
      ]);
    },
  );
});

describe('throwIfAny', () => {
  it('reports every field at fault, in order', () => {
    const error = violationsOf((check) => {
      check.text('name', '', limits);
      check.text('email', 'ok', limits);
      check.wholeNumber('age', -1, 0, 150);
    });
    expect(error?.violations.map(({ field }) => field)).toEqual(['name', 'age']);
    expect(error?.message).toBe(
      '2 invalid fields: name must have 1 to 5 characters and no control characters, and 1 more',
    );
  });

  it('names the first 20 and counts all', () => {
    const error = violationsOf((check) => {
      for (let i = 0; i < 1000; i++) check.that(false, `items[${i}].quantity`, 'must be 1 to 1000000');
    });
    expect(error?.violations).toHaveLength(20);
    expect(error?.violations.at(-1)?.field).toBe('items[19].quantity');
    expect(error?.count).toBe(1000);
    expect(error?.message).toMatch(/^1000 invalid fields: /);
  });
});
