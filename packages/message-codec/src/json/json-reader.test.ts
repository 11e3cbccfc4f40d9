import {
  create,
  type DescEnum,
  type DescMessage,
  enumFromJson,
  fromJsonString,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { leaveFastPath } from '../leave-fast-path.ts';
import { withOddJson } from '../testing/odd-json.ts';
import { outcome } from '../testing/outcome.ts';
import { randomInit } from '../testing/random-init.ts';
import { schemaOf, schemas } from '../testing/schemas.ts';
import { messageReaderOf } from './json-decoder.ts';
import { jsonReader } from './json-reader.ts';
import { enumReader } from './json-value-readers.ts';

const seed = 20_261_121;
const cases = 25;
const everySchema = schemaOf('every.v1.Every');
const nodeSchema = schemaOf('every.v1.Node');
const remarkSchema = schemaOf('notes.v1.Remark');

function randomJson(random: Random, schema: DescMessage): JsonValue {
  try {
    return toJson(schema, create(schema, randomInit(random, schema)));
  } catch {
    // Not every message has a JSON form.
    return {};
  }
}

/** Text that is mostly invalid JSON. */
function mutatedText(random: Random, text: string): string {
  const at = random.between(0, text.length);
  const piece = random.pick(['', '"', ',', ':', '{', '}', '[', ']', '\\', '0', 'e', '.', ' ', '\n', '\ufeff', 'é']);
  return text.slice(0, at) + piece + text.slice(at + random.between(0, 2));
}

/** Numbers that the readers treat differently from protobuf-es. Other tests cover them. */
const inexact = /(?<!["0-9.-])-?[0-9]{16}|"(?:-?0[0-9]*|1\.0|1e[0-9])"/;
const ownRefusal = /is not a value of its type|is not valid UTF-8/;

/** Expects the same result from the fast path, the slow path and protobuf-es, except for intended differences. */
function expectSame(schema: DescMessage, input: string | Uint8Array, note = ''): void {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const text = new TextDecoder().decode(bytes);
  const expected = outcome(() => jsonReader(schema, {})(bytes));
  const found = outcome(() => jsonReader(schema)(bytes));
  if (found !== expected) expect(found, `${note}: ${text}`).toBe(expected);
  if (ownRefusal.test(found) || inexact.test(text)) return;
  const original = outcome(() => fromJsonString(schema, text, { ignoreUnknownFields: true }));
  if (found !== original) expect(found, `${note}: ${text}`).toBe(original);
}

describe('jsonReader', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('reads %s like protobuf-es', (name, schema) => {
    for (let index = 0; index < cases; index++) {
      const random = Random.ofCase(seed, index);
      const json = randomJson(random, schema);
      const text = JSON.stringify(json);
      expectSame(schema, text, `case ${index} of ${name}`);
      expectSame(schema, JSON.stringify(json, null, 2), `indented case ${index} of ${name}`);
      const other = random.pick(schemas);
      expectSame(schema, JSON.stringify(randomJson(random, other)), `case ${index} of ${other.typeName} as ${name}`);
      for (let change = 0; change < 12; change++) {
        expectSame(schema, withOddJson(random, schema, json), `change ${change} of case ${index} of ${name}`);
        expectSame(schema, mutatedText(random, text), `text ${change} of case ${index} of ${name}`);
      }
    }
  });

  it.each([
    ['user.v1.GetUserRequest', '{"id":"1"}'],
    ['user.v1.GetUserRequest', '{"id":"9223372036854775807"}'],
    ['user.v1.CreateUserRequest', '{"name":"Aoife \\ud83d\\ude42","email":"a\\"\\u003a@example.com","requestId":""}'],
    ['user.v1.CreateUserRequest', '{"name":"Aoife","request_id":"a","newer":true}'],
    ['notes.v1.CreateNoteRequest', '{"authorName":"1","lines":[{"text":"a","indent":2,"width":0.1},{}]}'],
    ['notes.v1.UpdateNoteRequest', '{"id":"1","status":"NOTE_STATUS_ARCHIVED"}'],
    ['notes.v1.UpdateNoteRequest', '{"id":"1","status":3}'],
    ['notes.v1.Remark', '{"text":"a","createTime":"2026-11-21T10:00:00.123Z","sequence":"-7"}'],
    ['every.v1.Every', '{"oneFloat":1.5,"optionalBool":false,"choiceUint64":"1","manyKind":["KIND_ONE",-1]}'],
    ['every.v1.Node', '{"name":"a","left":{"nodes":[{"number":1},{"other":{}}]}}'],
  ])('reads %s from %s on the fast path', (name, text) => {
    const members = { count: 0 };
    const found = outcome(() => messageReaderOf(schemaOf(name))(JSON.parse(text), 1, members));
    expect(found).toBe(outcome(() => fromJsonString(schemaOf(name), text, { ignoreUnknownFields: true })));
    expectSame(schemaOf(name), text);
  });

  const numbers = ['-0', '0', '1.0', '1.5', '1e3', '1e-3', '1e400', '-1', '9007199254740992', '9007199254740993'];
  const bounds = ['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '3.5e38'];
  const longs = ['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'];
  const unsigned = ['18446744073709551615', '18446744073709551616', '99999999999999999999', '00000000000000000001'];
  const texts = ['', 'NaN', 'Infinity', '-Infinity', '0x10', ' 1', '1 ', '+1', '-', '1\\n', '--1', '١'];
  it.each([...numbers, ...bounds, ...longs, ...unsigned, ...texts])(
    'treats the number %s like protobuf-es',
    (number) => {
      const fields = everySchema.fields.filter(({ fieldKind }) => fieldKind !== 'map' && fieldKind !== 'message');
      for (const { jsonName, fieldKind } of fields) {
        for (const json of [number, `"${number}"`]) {
          expectSame(everySchema, `{"${jsonName}":${fieldKind === 'list' ? `[${json}]` : json}}`);
        }
      }
    },
  );

  it.each([
    '{"name":"a","name":"a"}',
    '{"name":"a","n\\u0061me":"b"}',
    '{"unknown":1,"unknown":1}',
    '{"unknown":{"a":1,"a":1}}',
    '{"unknown":[{"a":1,"a":1}]}',
    '{"left":{"name":"a"},"left":{}}',
    '{"nodes":[{"name":"a"},{"name":"b","name":"c"}]}',
    '{"other":{},"number":1}',
    '{"other":null,"number":1}',
    '{"number":null,"other":{}}',
    '{"name":"a:b\\\\","data":""}',
    '{"name":"\\":{","unknown":":"}',
    '{"__proto__":{"name":"a"}}',
    '{"__proto__":"a","__proto__":"b"}',
    '{"name":"\\ud800"}',
    '{"name":"\\udc00\\ud800"}',
    '{"unknown":"\\ud800"}',
    '{"name":null,"left":null,"nodes":null,"data":null}',
    '{"left":[]}',
    '{"nodes":{}}',
    '{"nodes":[null]}',
    ...['', 'null', '1', '"a"', '[]', '[{}]', '{', '{}}', '{"name":"a",}', "{'name':'a'}", ' {} ', '\ufeff{}', '{}\0'],
  ])('treats the Node %s like protobuf-es', (text) => {
    expectSame(nodeSchema, text);
  });

  it.each([
    '{"authorName":"a","author_name":"b"}',
    '{"author_name":"a","authorName":"b"}',
    '{"author_name":"a","author_name":"b"}',
    '{"author_name":"a","authorName":null}',
    '{"author_name":"a"}',
    '{"AuthorName":"a"}',
    '{"status":"NOTE_STATUS_OTHER"}',
    '{"status":"1"}',
    '{"status":99}',
    '{"status":-0}',
    '{"status":1.5}',
    '{"status":2147483648}',
    '{"status":null}',
  ])('treats the Note %s like protobuf-es', (text) => {
    expectSame(schemaOf('notes.v1.Note'), text);
  });

  it.each([
    ...['0001-01-01T00:00:00Z', '0000-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'],
    ...['9999-12-31T23:59:59.999999999Z', '9999-12-31T24:00:00Z', '2026-11-21T24:00:00Z', '2026-11-21T24:00:01Z'],
    ...['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000000001Z', '2026-02-29T00:00:00Z', '2026-02-30T00:00:00Z'],
    ...['2026-13-01T00:00:00Z', '2026-11-21T10:00:60Z', '2026-11-21T10:00:00.1Z', '2026-11-21T10:00:00.1234567890Z'],
    ...['2026-11-21T10:00:00+01:00', '2026-11-21T10:00:00', '2026-11-21t10:00:00z', '2026-11-21T10:00:00.Z', '', 'now'],
    ...['2026-11-21T10:00:00Z\\n', '2026-11-21T10:00:00-00:00', '2026-11-21T10:00:00.120Z', '+02026-11-21T10:00:00Z'],
  ])('treats the timestamp %s like protobuf-es', (text) => {
    expectSame(remarkSchema, `{"createTime":"${text}"}`);
    expectSame(schemaOf('google.protobuf.Timestamp'), `"${text}"`);
  });

  it.each([99, 100, 101, 102])('treats messages with a nesting depth of %i like protobuf-es', (depth) => {
    const text = `${'{"left":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
    expectSame(nodeSchema, text);
    const read = () => messageReaderOf(nodeSchema)(JSON.parse(text), 1, { count: 0 });
    if (depth <= 100) expect(read).not.toThrow();
    else expect(read).toThrow(leaveFastPath);
  });

  it.each([
    '7b226e616d65223a22c328227d',
    'efbbbf7b7d',
    '7b226e616d65223a22efbfbd227d',
    '7b226e616d65223a22ff',
    'ff',
    '',
  ])('treats the bytes %s like protobuf-es', (hex) => {
    expectSame(nodeSchema, Buffer.from(hex, 'hex'));
  });

  const read = (name: string, json: string) => {
    const field = everySchema.field[name]?.fieldKind === 'list' ? `[${json}]` : json;
    return (jsonReader(everySchema)(Buffer.from(`{"${name}":${field}}`)) as unknown as Record<string, unknown>)[name];
  };

  it.each([
    ['1', 1n],
    ['-0', 0n],
    ['1.0', 1n],
    ['1e3', 1_000n],
    ['120E-1', 12n],
    ['0.5e1', 5n],
    ['007', 7n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854774784', 9_223_372_036_854_774_784n],
    ['9.223372036854775807e18', 2n ** 63n - 1n],
    ['0e999999999', 0n],
  ])('reads the 64-bit integer %s exactly, as a number and as a string', (text, value) => {
    expect(read('oneInt64', `"${text}"`)).toBe(value);
    expect(read('textInt64', `"${text}"`)).toBe(String(value));
    expect(read('manyInt64', `"${text}"`)).toEqual([value]);
    if (!text.startsWith('00')) expect(read('oneInt64', text)).toBe(value);
  });

  const notNumbers = [
    '',
    ' ',
    ' 1',
    '1 ',
    '1\\n',
    '+1',
    '0x1',
    '0b1',
    '0o1',
    '1_000',
    '.5',
    '1.',
    '1e',
    '--1',
    '1n',
    '١',
  ];
  it.each(notNumbers)('refuses %j as the text of any number, also of a key', (text) => {
    const fields = everySchema.fields.filter(({ scalar }) => ![undefined, 8, 9, 12].includes(scalar));
    for (const { jsonName, fieldKind } of fields.filter((field) => field.fieldKind !== 'map')) {
      const json = fieldKind === 'list' ? `["${text}"]` : `"${text}"`;
      expect(() => jsonReader(everySchema)(Buffer.from(`{"${jsonName}":${json}}`)), jsonName).toThrow(/not a value/);
    }
    for (const { jsonName } of everySchema.fields.filter((field) => field.fieldKind === 'map' && field.mapKey !== 9)) {
      expect(() => jsonReader(everySchema)(Buffer.from(`{"${jsonName}":{"${text}":null}}`)), jsonName).toThrow();
    }
  });

  it.each([
    ['oneInt64', '9223372036854775808'],
    ['oneInt64', '4503599627370497.3'],
    ['oneInt64', '1.00000000000000000001'],
    ['oneInt64', '1e19'],
    ['oneInt64', '1e999999999'],
    ['oneUint64', '-1'],
    ['oneUint64', '18446744073709551616'],
  ])('refuses for %s the number %s', (name, text) => {
    expect(() => read(name, text)).toThrow();
    expect(() => read(name, `"${text}"`)).toThrow();
  });

  it.each([
    ['google.protobuf.Int64Value', '9007199254740993', { value: 9_007_199_254_740_993n }],
    ['google.protobuf.Value', '9007199254740993', { kind: { case: 'numberValue', value: 9_007_199_254_740_992 } }],
    ['google.protobuf.Value', '"0x1"', { kind: { case: 'stringValue', value: '0x1' } }],
  ])('reads a whole %s from %s', (name, text, message) => {
    expect(jsonReader(schemaOf(name))(Buffer.from(text))).toMatchObject(message);
  });

  it.each([
    ['notes.v1.Note', '{"createTime":"2026-02-30T00:00:00Z"}'],
    ['notes.v1.Note', '{"createTime":"2026-02-30T00:00:00+01:00"}'],
    ['notes.v1.Note', '{"createTime":"2026-02-28T24:00:00Z"}'],
    ['google.protobuf.Duration', '"1s more"'],
    ['google.protobuf.Duration', '"1.0123456789s"'],
    ['every.v1.Every', '{"oneBytes":" YWI="}'],
    ['every.v1.Every', '{"oneBytes":"YW==YW=="}'],
  ])('refuses for %s the text in %s', (name, text) => {
    expect(() => jsonReader(schemaOf(name))(Buffer.from(text))).toThrow(/not a value of its type/);
  });

  it('refuses texts of millions of digits without converting them', () => {
    const digits = '1'.repeat(4_000_000);
    expect(() => read('oneInt64', digits)).toThrow(/not a value of its type/);
    expect(() => read('oneInt64', `"${digits}"`)).toThrow(/not a value of its type/);
    expect(() => read('oneInt64', `1e${digits}`)).toThrow(/not a value of its type/);
  });

  it('refuses a mask of millions of capital letters without converting them', () => {
    const read = jsonReader(schemaOf('user.v2.UpdateUserRequest'));
    expect(read(Buffer.from('{"updateMask":"phoneNumber"}'))).toMatchObject({
      updateMask: { paths: ['phone_number'] },
    });
    const text = `{"updateMask":"${'A'.repeat(4_000_000)}"}`;
    expect(() => read(Buffer.from(text))).toThrow(/google.protobuf.FieldMask .*not a value of its type/);
  });

  it.each(['7b226e616d65223a22c328227d', '7b226e616d65223a22ff', '7b22ff223a317d', 'ff'])(
    'refuses the bytes %s, which are not UTF-8',
    (hex) => {
      for (const options of [undefined, {}]) {
        expect(() => jsonReader(nodeSchema, options)(Buffer.from(hex, 'hex'))).toThrow('is not valid UTF-8');
      }
    },
  );

  it('reads enum names with JSON names of their own like protobuf-es', () => {
    const values = ['a', 'b', 'c'].map((name, number) => ({ name, number, jsonName: ['b', 'B', 'a'][number] }));
    const desc = { values, open: true } as unknown as DescEnum;
    for (const json of ['a', 'b', 'c', 'B', 2]) {
      expect(enumReader(desc)(json, 1, { count: 0 })).toBe(enumFromJson(desc, json as never));
    }
  });

  it('returns messages that share no mutable value', () => {
    const read = jsonReader(everySchema);
    const text = Buffer.from('{"manyNode":[]}');
    const { manyNode, manyString, choice } = read(text) as unknown as Record<string, unknown>;
    (manyNode as string[]).push('a');
    (manyString as string[]).push('a');
    Object.assign(choice as object, { case: 'choiceString', value: 'a' });
    expect(outcome(() => read(text))).toBe(outcome(() => create(everySchema)));
  });
});
