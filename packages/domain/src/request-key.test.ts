import { describe, expect, it } from 'vitest';
import { requestKey } from './request-key.ts';

const id = '01936A2F-7C3E-7B1A-9F00-AABBCCDDEEFF';
const key = requestKey(['Create', 'aoife'], id, { name: 'a', price: 0.1 });

describe('requestKey', () => {
  it('is the same for the same request, whatever the case of the id', () => {
    expect(requestKey(['Create', 'aoife'], id.toLowerCase(), { name: 'a', price: 0.1 })).toEqual(key);
  });

  it('tells requests apart', () => {
    expect(requestKey(['Create', 'aoife'], id, { name: 'b', price: 0.1 })?.fingerprint).not.toBe(key?.fingerprint);
  });

  it.each([[['Create', 'brian']], [['Update', 'aoife']], [['Create,', 'aoife']], [['Createaoife', '']]])(
    'tells %j apart',
    (scope) => {
      expect(requestKey(scope, id, {})?.scope).not.toBe(key?.scope);
    },
  );

  it('is none without an id', () => {
    expect(requestKey(['Create', 'aoife'], '', {})).toBeUndefined();
  });
});
