import { describe, expect, it } from 'vitest';
import { schemaOf } from '../testing/schemas.ts';
import { jsonElementLimit } from './json-element-limit.ts';

describe('jsonElementLimit', () => {
  it.each([
    ['order.v1.Order', '{}', 1],
    ['order.v1.Order', '{"id":"a"}', 1],
    ['order.v1.Order', '{"id":"a","items":[{"quantity":1},{"quantity":2}]}', 6],
    ['order.v1.Order', '{"unknown":[[],[],[]]}', 7],
    ['order.v1.Order', '{"id":"[,\\",{"}', 1],
    ['order.v1.Order', '{"id":1,"id":1,"id":1}', 3],
    ['order.v1.Order', '{"id":1,"id":1,"i', 3],
    ['order.v1.Order', '[[[[', 4],
    ['user.v2.UpdateUserRequest', '{"updateMask":"name,email,age"}', 3],
  ])('counts the elements of the %s %s without parsing it', (name, text, count) => {
    const hasMore = jsonElementLimit(schemaOf(name));
    expect(hasMore(Buffer.from(text), count)).toBe(false);
    expect(hasMore(Buffer.from(text), count - 1)).toBe(true);
  });
});
