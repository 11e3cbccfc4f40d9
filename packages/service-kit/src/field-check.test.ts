import { describe, expect, it } from 'vitest';
import { InvalidFieldsError } from './errors.ts';
import { FieldCheck } from './field-check.ts';

function violationsIn(run: (check: FieldCheck) => void): InvalidFieldsError | undefined {
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
    ['the shortest text', 'a'],
    ['the longest text', 'abcde'],
    ['the longest text in letters outside ASCII', 'ñandú'],
    ['the longest text in code points outside the BMP', '😀😀😀😀😀'],
    ['combining marks, which count one by one', 'e\u0301e\u0301e'],
    ['white space, which is not trimmed', '     '],
    ['format characters, which are not control characters', '\u200b'],
  ])('accepts %s', (_, value) => {
    expect(violationsIn((check) => check.text('name', value, limits))).toBeUndefined();
  });

  it.each([
    ['an empty text', ''],
    ['a text that is one character too long', 'abcdef'],
    ['a text that is one code point too long', '😀😀😀😀😀😀'],
    ['a NUL', 'a\0b'],
    ['a tab', 'a\tb'],
    ['a line feed', 'a\n'],
    ['a DEL', '\x7f'],
    ['a C1 control', '\u0085'],
    ['half a surrogate pair', '\ud83d'],
  ])('rejects %s', (_, value) => {
    const error = violationsIn((check) => check.text('name', value, limits));
    expect(error?.violations).toEqual([
      { field: 'name', description: 'must have 1 to 5 characters and no control characters' },
    ]);
  });
});

describe('multilineText', () => {
  it.each(['a\tb', 'a\nb'])('accepts %j', (value) => {
    expect(violationsIn((check) => check.multilineText('text', value, limits))).toBeUndefined();
  });

  it.each(['a\rb', 'a\0b', '\u0085', ''])('rejects %j', (value) => {
    expect(violationsIn((check) => check.multilineText('text', value, limits))?.count).toBe(1);
  });
});

describe('wholeNumber', () => {
  it.each([1, 5, 1n, 5n])('accepts %s', (value) => {
    expect(violationsIn((check) => check.wholeNumber('id', value, 1, 5))).toBeUndefined();
  });

  it.each([0, 6, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0n, 6n, -(2n ** 63n)])('rejects %s', (value) => {
    expect(violationsIn((check) => check.wholeNumber('id', value, 1, 5))?.count).toBe(1);
  });
});

describe('optionalUuid', () => {
  const value = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

  it.each(['', value, value.toUpperCase(), '00000000-0000-0000-0000-000000000000'])('accepts %j', (uuid) => {
    expect(violationsIn((check) => check.optionalUuid('request_id', uuid))).toBeUndefined();
  });

  it.each(['x', ` ${value}`, `{${value}}`, value.replaceAll('-', ''), `${value}\n`, 'g'.repeat(36)])(
    'rejects %j',
    (uuid) => {
      expect(violationsIn((check) => check.optionalUuid('request_id', uuid))?.violations).toEqual([
        { field: 'request_id', description: 'must be empty or a UUID' },
      ]);
    },
  );
});

describe('throwIfAny', () => {
  it('reports every invalid field, in order', () => {
    const error = violationsIn((check) => {
      check.text('name', '', limits);
      check.text('email', 'ok', limits);
      check.wholeNumber('age', -1, 0, 150);
    });
    expect(error?.violations.map(({ field }) => field)).toEqual(['name', 'age']);
    expect(error?.message).toBe(
      '2 invalid fields: name must have 1 to 5 characters and no control characters, and 1 more',
    );
  });

  it('reports the first 20 violations and counts all of them', () => {
    const error = violationsIn((check) => {
      for (let i = 0; i < 1000; i++) check.that(false, `items[${i}].quantity`, 'must be 1 to 1000000');
    });
    expect(error?.violations).toHaveLength(20);
    expect(error?.violations.at(-1)?.field).toBe('items[19].quantity');
    expect(error?.count).toBe(1000);
    expect(error?.message).toMatch(/^1000 invalid fields: /);
  });
});
