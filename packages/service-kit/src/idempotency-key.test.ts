import { describe, expect, it } from 'vitest';
import { RequestIdReusedError } from './errors.ts';
import { addedFields, idempotencyKey, unwrapResult } from './idempotency-key.ts';

const id = '01936A2F-7C3E-7B1A-9F00-AABBCCDDEEFF';
const key = idempotencyKey(['Create', 'aoife'], id, { name: 'a', price: 0.1 });

describe('idempotencyKey', () => {
  it('is the same for the same request, whatever the case of the id', () => {
    expect(idempotencyKey(['Create', 'aoife'], id.toLowerCase(), { name: 'a', price: 0.1 })).toEqual(key);
  });

  it('has another fingerprint for another request', () => {
    const other = idempotencyKey(['Create', 'aoife'], id, { name: 'b', price: 0.1 });
    expect(other?.fingerprint).not.toBe(key?.fingerprint);
  });

  it.each([[['Create', 'brian']], [['Update', 'aoife']], [['Create,', 'aoife']], [['Createaoife', '']]])(
    'has another scope for %j',
    (scope) => {
      expect(idempotencyKey(scope, id, {})?.scope).not.toBe(key?.scope);
    },
  );

  it('is undefined without an id', () => {
    expect(idempotencyKey(['Create', 'aoife'], '', {})).toBeUndefined();
  });
});

describe('addedFields', () => {
  const fingerprint = (added: Record<string, unknown>) =>
    idempotencyKey(['Create', 'aoife'], id, ['a', 0.1, ...addedFields(added)])?.fingerprint;

  it('does not change the fingerprint of a request without the added fields', () => {
    const before = idempotencyKey(['Create', 'aoife'], id, ['a', 0.1])?.fingerprint;
    for (const unset of [undefined, '', 0, false, []]) expect(fingerprint({ phone: unset })).toBe(before);
    expect(fingerprint({ phone: '+353' })).not.toBe(before);
  });

  it('have the same order, whatever their order in the argument', () => {
    expect(fingerprint({ phone: '+353', note: 'n' })).toBe(fingerprint({ note: 'n', phone: '+353' }));
  });
});

describe('unwrapResult', () => {
  it('returns the value', () => {
    expect(unwrapResult({ value: 7 }, id, 'example.org')).toBe(7);
  });

  it('throws RequestIdReusedError when the key belongs to another request', () => {
    expect(() => unwrapResult({ isConflict: true }, id, 'example.org')).toThrow(RequestIdReusedError);
  });
});
