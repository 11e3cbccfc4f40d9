import { describe, expect, it } from 'vitest';
import { schemaOf } from '../testing/schemas.ts';
import { jsonElementLimit } from './json-element-limit.ts';

describe('jsonElementLimit', () => {
  it.each([
    ['notes.v1.Note', '{}', 1],
    ['notes.v1.Note', '{"id":"a"}', 1],
    ['notes.v1.Note', '{"id":"a","lines":[{"indent":1},{"indent":2}]}', 6],
    ['notes.v1.Note', '{"unknown":[[],[],[]]}', 7],
    ['notes.v1.Note', '{"id":"[,\\",{"}', 1],
    ['notes.v1.Note', '{"id":1,"id":1,"id":1}', 3],
    ['notes.v1.Note', '{"id":1,"id":1,"i', 3],
    ['notes.v1.Note', '[[[[', 4],
    ['user.v2.UpdateUserRequest', '{"updateMask":"name,email,age"}', 3],
  ])('counts the elements of the %s %s without parsing it', (name, text, count) => {
    const hasMore = jsonElementLimit(schemaOf(name));
    expect(hasMore(Buffer.from(text), count)).toBe(false);
    expect(hasMore(Buffer.from(text), count - 1)).toBe(true);
  });
});
