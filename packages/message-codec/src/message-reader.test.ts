import { create, type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { isSupported } from './is-supported.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import { MessageDecoder } from './message-decoder.ts';
import { messageReader } from './message-reader.ts';
import { outcome } from './testing/outcome.ts';
import { randomInit } from './testing/random-init.ts';
import { schemaOf, schemas } from './testing/schemas.ts';
import { WireReader } from './wire-reader.ts';

const seed = 20_261_121;
const cases = 12;

function randomBytes(random: Random, schema: DescMessage): Uint8Array {
  return toBinary(schema, create(schema, randomInit(random, schema)));
}

/** Invalid or unusual bytes, made from those of a valid message. */
function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = [...bytes];
  const at = random.between(0, bytes.length);
  switch (random.between(0, 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      changed.splice(at, 1);
      break;
    case 2:
      changed.splice(at, 0, ...random.bytes(random.between(1, 11)));
      break;
    case 3:
      changed[at] = random.between(0, 255);
      break;
    default:
      if (at < bytes.length) changed[at] = (changed[at] as number) ^ (1 << random.between(0, 7));
  }
  return Uint8Array.from(changed);
}

function expectSame(schema: DescMessage, bytes: Uint8Array, note: string): void {
  const expected = outcome(() => fromBinary(schema, new Uint8Array(bytes)));
  const found = outcome(() => messageReader(schema)(bytes));
  if (found !== expected) expect(found, `${note}: ${Buffer.from(bytes).toString('hex')}`).toBe(expected);
}

describe('messageReader', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('reads %s like protobuf-es', (name, schema) => {
    for (let index = 0; index < cases; index++) {
      const random = Random.ofCase(seed, index);
      const bytes = randomBytes(random, schema);
      expectSame(schema, bytes, `case ${index} of ${name}`);
      // Repeated fields are merged; fields of other types are unknown or invalid.
      expectSame(schema, Buffer.concat([bytes, randomBytes(random, schema)]), `merged case ${index} of ${name}`);
      const other = random.pick(schemas);
      expectSame(schema, randomBytes(random, other), `case ${index} of ${other.typeName} as ${name}`);
      let changed = bytes;
      for (let change = 0; change < 6; change++) {
        changed = random.chance(0.7) ? mutated(random, bytes) : mutated(random, changed);
        expectSame(schema, changed, `change ${change} of case ${index} of ${name}`);
      }
    }
  });

  it('reads valid messages of supported types without leaving the fast path', () => {
    for (const schema of schemas.filter(isSupported)) {
      for (let index = 0; index < cases; index++) {
        const random = Random.ofCase(seed, index);
        const bytes = randomBytes(random, schema);
        const decoder = MessageDecoder.of(schema);
        const reader = new WireReader();
        reader.begin(bytes, 0, bytes.length);
        const read = () => decoder.decode(reader, bytes.length, decoder.create(), 1);
        expect(read).not.toThrow();
      }
    }
  });

  it('returns messages that share no mutable value', () => {
    const schema = schemaOf('every.v1.Every');
    const read = messageReader(schema);
    const change = ({ manyString, byStringString, choice }: Record<string, unknown>) => {
      (manyString as string[]).push('a');
      Object.assign(byStringString as object, { a: 'b' });
      Object.assign(choice as object, { case: 'choiceString', value: 'a' });
    };
    change(read(new Uint8Array()) as unknown as Record<string, unknown>);
    expect(outcome(() => read(new Uint8Array()))).toBe(outcome(() => create(schema)));
  });

  it.each([
    ['the field with the largest number', { nodes: { 1: { name: 'a' } } }],
    ['the map key __proto__', { byStringString: JSON.parse('{"a":"b","__proto__":"c"}') }],
    ['a string with a replacement character', { oneString: `${'x'.repeat(30)}\ufffd` }],
    ['a negative enum', { oneKind: -1 }],
  ])('reads %s', (_, init) => {
    const schema = schemaOf('every.v1.Every');
    expectSame(schema, toBinary(schema, create(schema, init)), '');
  });

  it.each([
    ['oneBool', '808080808001'],
    ['oneBool', '8000'],
    ['oneBool', '80808080808080808001'],
    ['oneInt32', 'ffffffffffffffffff01'],
    ['oneInt32', '8080808070'],
    ['oneUint32', 'ffffffff7f'],
    ['oneUint64', 'ffffffffffffffffff7f'],
  ])('reads %s from the varint %s like protobuf-es', (name, hex) => {
    const schema = schemaOf('every.v1.Every');
    const tag = toBinary(schema, create(schema, { [name]: name === 'oneBool' ? true : name === 'oneUint64' ? 1n : 1 }));
    expectSame(schema, Buffer.concat([tag.subarray(0, -1), Buffer.from(hex, 'hex')]), hex);
  });

  it.each([99, 100, 101, 102])('treats messages with a nesting depth of %i like protobuf-es', (depth) => {
    const schema = schemaOf('every.v1.Node');
    const node = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { left: node(levels - 1) });
    const bytes = toBinary(schema, create(schema, node(depth)));
    expectSame(schema, bytes, `${depth}`);
    const decoder = MessageDecoder.of(schema);
    const reader = new WireReader();
    reader.begin(bytes, 0, bytes.length);
    const read = () => decoder.decode(reader, bytes.length, decoder.create(), 1);
    if (depth <= 100) expect(read).not.toThrow();
    else expect(read).toThrow(leaveFastPath);
  });

  it('reads fields of type bytes as views of its input', () => {
    const schema = schemaOf('every.v1.Node');
    const bytes = toBinary(schema, create(schema, { data: new Uint8Array([1, 2, 3]) }));
    const { data } = messageReader(schema)(bytes) as unknown as { data: Uint8Array };
    expect(data.buffer).toBe(bytes.buffer);
  });

  it('reads a part of a Buffer, without Buffers in the message', () => {
    const schema = schemaOf('every.v1.Node');
    const bytes = toBinary(schema, create(schema, { data: new Uint8Array([1, 2, 3]) }));
    const withUnknown = Buffer.concat([bytes, Buffer.from('9a0603010203', 'hex')]);
    const part = Buffer.concat([Buffer.alloc(3, 0xff), withUnknown, Buffer.alloc(3, 0xff)]);
    const message = messageReader(schema)(part, 3, part.length - 3) as Message & { data: Uint8Array };
    expect(message).toEqual(fromBinary(schema, new Uint8Array(withUnknown)));
    expect([message.data.constructor, message.$unknown?.[0]?.data.constructor]).toEqual([Uint8Array, Uint8Array]);
  });

  it.each([
    ['a tag of five bytes', '8880808010 01'],
    ['a tag longer than necessary', '8800 05'],
    ['a field number of 0', '02 00'],
    ['an unknown wire type', '0e 00'],
    ['an unknown group', '9b06 08 01 9c06'],
    ['a group without an end', '9b06 08 01'],
    ['an unknown varint of 11 bytes', '9806 ffffffffffffffffffff01'],
    ['a varint of 11 bytes', '30 ffffffffffffffffffff01'],
    ['a length past the end', '0a 05 61'],
    ['a length of five bytes', '0a 8180808010 61'],
    ['a string of invalid UTF-8', '0a 02 c328'],
    ['a long string of invalid UTF-8', `0a 20 ${'61'.repeat(31)}ff`],
    ['a field that ends after its message', '12 02 0a 02 61 61'],
    ['another wire type for a known field', '30 01 0d 01 61 00 00'],
  ])('treats %s like protobuf-es', (_, hex) => {
    expectSame(schemaOf('every.v1.Node'), Buffer.from(hex.replaceAll(' ', ''), 'hex'), hex);
  });

  it.each([
    ['neither key nor value', ''],
    ['only a key', '0a 01 61'],
    ['only a value', '12 01 62'],
    ['the value first', '12 01 62 0a 01 61'],
    ['two keys', '0a 01 61 0a 01 62'],
    ['another field', '0a 01 61 12 01 62 18 01'],
  ])('treats a map entry with %s like protobuf-es', (_, hex) => {
    const entry = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    for (const name of ['byStringString', 'byStringNode', 'byStringKind', 'byStringBytes', 'byInt64', 'byBool']) {
      const number = schemaOf('every.v1.Every').field[name]?.number as number;
      const tag = Buffer.alloc(5);
      const bytes = Buffer.concat([
        tag.subarray(0, varint(tag, (number << 3) | 2)),
        Buffer.from([entry.length]),
        entry,
      ]);
      expectSame(schemaOf('every.v1.Every'), bytes, `${name} ${hex}`);
    }
  });
});

function varint(to: Buffer, value: number): number {
  let at = 0;
  for (let rest = value; ; rest >>>= 7) {
    to[at++] = rest < 0x80 ? rest : rest | 0x80;
    if (rest < 0x80) return at;
  }
}
