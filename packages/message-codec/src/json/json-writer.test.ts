import { create, type DescMessage, toJsonString } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { withOdd } from '../testing/odd-init.ts';
import { outcome } from '../testing/outcome.ts';
import { randomInit } from '../testing/random-init.ts';
import { schemaOf, schemas } from '../testing/schemas.ts';
import { messageJsonOf } from './json-encoder.ts';
import { jsonWriter } from './json-writer.ts';

type Init = Record<string, unknown>;

const seed = 20_261_121;
const cases = 25;
const everySchema = schemaOf('every.v1.Every');
const nodeSchema = schemaOf('every.v1.Node');

function expectSame(schema: DescMessage, message: Init, note = ''): void {
  const expected = outcome(() => new TextEncoder().encode(toJsonString(schema, create(schema, message))));
  const found = outcome(() => new Uint8Array(jsonWriter(schema)(message)));
  if (found !== expected) expect(found, `${note}: ${outcome(() => message)}`).toBe(expected);
}

describe('jsonWriter', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('writes %s like protobuf-es', (name, schema) => {
    for (let index = 0; index < cases; index++) {
      const random = Random.ofCase(seed, index);
      const init = randomInit(random, schema);
      expectSame(schema, init, `case ${index} of ${name}`);
      const message = create(schema, init);
      expectSame(schema, message, `message of case ${index} of ${name}`);
      for (let change = 0; change < 12; change++) {
        const from = random.chance(0.5) ? init : message;
        expectSame(schema, withOdd(random, from as Init), `change ${change} of case ${index} of ${name}`);
      }
    }
  });

  const createTime = { seconds: 1_790_000_000n, nanos: 123_000_000 };
  it.each([
    ['user.v1.User', { id: '1', name: 'Aoife', email: 'aoife@example.com' }],
    ['user.v1.User', { id: 7n, name: 'Aoife "☘"\n🙂\u2028', email: '' }],
    ['user.v1.ListUsersResponse', { users: [{ id: '1' }, {}], nextPageToken: undefined }],
    ['notes.v1.Note', { lines: [{ text: 'a', indent: 2, width: 0.1 }], width: 1e21, status: 1, createTime }],
    ['notes.v1.Remark', { createTime: {}, sequence: -(2n ** 63n) }],
    [
      'every.v1.Every',
      { oneBool: true, optionalString: '', optionalKind: 9, choice: { case: 'choiceInt64', value: 1 } },
    ],
    ['every.v1.Every', { manyUint64: [0n, '1', 2], manyKind: [1, -1, 7], oneDouble: -0, optionalInt32: 0 }],
    [
      'every.v1.Node',
      { left: { left: {} }, choice: { case: 'other', value: { choice: { case: 'number', value: 0 } } } },
    ],
  ])('writes %s from %o on the fast path', (name, init) => {
    const schema = schemaOf(name);
    for (const message of [init, create(schema, init)]) {
      const found = outcome(() => messageJsonOf(schema)(message, true));
      expect(found).toBe(outcome(() => toJsonString(schema, create(schema, init))));
    }
  });

  const numbers = [0, -0, 1.5, 1e21, 1e-7, Number.NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 0n, 2n ** 63n, 2n ** 64n];
  const texts = ['', '0', '00', '-0', 'x', '1e3', '"', '\\', '\x7f', '\x1f', '\ud800', '\udc00\ud800', '🙂', '\u2028'];
  it.each([...numbers, ...texts, true, false, [], {}, Symbol('a')])('treats the value %s like protobuf-es', (value) => {
    for (const { fieldKind, localName, oneof } of everySchema.fields) {
      const init =
        oneof !== undefined
          ? { [oneof.localName]: { case: localName, value } }
          : { [localName]: fieldKind === 'list' ? [value] : value };
      expectSame(everySchema, init, localName);
      expectSame(everySchema, Object.assign(create(everySchema), init) as unknown as Init, localName);
    }
  });

  const seconds = [0n, -1n, 253_402_300_799n, 253_402_300_800n, -62_135_596_800n, -62_135_596_801n, 2n ** 80n, 1, '1'];
  const nanos = [0, -0, 1, 999_999_999, 1_000_000_000, -1, 120_000_000, 123_456_000, 100_000, 1_000, 0.5, Number.NaN];
  it.each(seconds)('treats the timestamp of %s seconds like protobuf-es', (second) => {
    for (const nano of [...nanos, undefined, null, '1']) {
      expectSame(schemaOf('notes.v1.Note'), { createTime: { seconds: second, nanos: nano } }, `${nano}`);
      const createTime = { $typeName: 'google.protobuf.Timestamp', seconds: second, nanos: nano };
      expectSame(schemaOf('notes.v1.Note'), { createTime }, `${nano}`);
      expectSame(schemaOf('google.protobuf.Timestamp'), createTime, `${nano}`);
    }
  });

  it.each([undefined, null, 1, 'text', [], [1], new Date(0), create(nodeSchema), Object.create(create(nodeSchema))])(
    'treats %s as a message like protobuf-es',
    (message) => {
      for (const schema of schemas) expectSame(schema, message as Init, schema.typeName);
    },
  );

  it('writes nothing for a google.protobuf.Value without a value, like a TextEncoder', () => {
    expectSame(schemaOf('google.protobuf.Value'), { kind: { case: 'boolValue', value: undefined } });
  });

  it('ignores unknown fields', () => {
    const $unknown = [{ no: 9, wireType: 0, data: new Uint8Array(1) }];
    expectSame(nodeSchema, Object.assign(create(nodeSchema), { $unknown }) as unknown as Init);
  });
});
