import { root } from '@example/kit/root';
import { describe, expect, it } from 'vitest';
import { brokenParts } from './compatibility.ts';
import type { OpenApi } from './document.ts';
import { readDocument } from './generate.ts';

const document = readDocument(root);

/** The document after a replacement in its JSON. */
function edited(from: string, to: string): OpenApi {
  const text = JSON.stringify(document);
  expect(text).toContain(from);
  return JSON.parse(text.replace(from, to)) as OpenApi;
}

describe('of a released document', () => {
  it('nothing is broken by the same document, or by additions', () => {
    expect(brokenParts(document, document)).toEqual([]);
    expect(brokenParts(document, edited('"maxItems":1000', '"maxItems":1001'))).toEqual([]);
    expect(brokenParts(document, edited('"zipCode":', '"phone":{"type":"string"},"zipCode":'))).toEqual([]);
  });

  it.each([
    [
      'a method',
      '"/user.v2.UserService/GetUser"',
      '"/user.v3.UserService/GetUser"',
      'POST /user.v2.UserService/GetUser',
    ],
    ['a field', '"zipCode"', '"postCode"', 'user.v2.Address.zipCode is gone'],
    [
      'a value',
      '"ORDER_STATUS_SHIPPED"]',
      '"ORDER_STATUS_SENT"]',
      'order.v1.OrderStatus has no value ORDER_STATUS_SHIPPED',
    ],
    ['a limit', '"maxItems":1000', '"maxItems":999', 'items has maxItems 999, and had 1000'],
    [
      'a type',
      '"format":"int32","minimum":1',
      '"format":"int64","minimum":1',
      'quantity has format int64, and had int32',
    ],
    ['a required field', '"required":["customerId"]', '"required":["customerId","items"]', 'now needs items'],
  ])('%s that changes is reported', (_, from, to, part) => {
    expect(brokenParts(document, edited(from, to)).join('\n')).toContain(part);
  });
});
