import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { ByteSource } from './byte-source.ts';
import { irregular } from './irregular.ts';
import { isCovered } from './is-covered.ts';
import { messageReader } from './message-reader.ts';
import { ReadPlan } from './read-plan.ts';
import { outcome } from './testing/outcome.ts';
import { randomInit } from './testing/random-init.ts';
import { schemaOf, schemas } from './testing/schemas.ts';

const seed = 20_261_121;
const cases = 12;

function randomBytes(random: Random, schema: DescMessage): Uint8Array {
  return toBinary(schema, create(schema, randomInit(random, schema)));
}

/** The bytes of messages, as nobody sends them. */
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
  const expected = outcome(() => fromBinary(schema, bytes));
  const found = outcome(() => messageReader(schema)(bytes));
  if (found !== expected) expect(found, `${note}: ${Buffer.from(bytes).toString('hex')}`).toBe(expected);
}

describe('a message reader', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('reads %s as protobuf-es', (name, schema) => {
    for (let index = 0; index < cases; index++) {
      const random = Random.ofCase(seed, index);
      const bytes = randomBytes(random, schema);
      expectSame(schema, bytes, `case ${index} of ${name}`);
      // Fields that come again are merged, those of other types are unknown or wrong.
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

  it('leaves nothing to protobuf-es that is as it usually is', () => {
    for (const schema of schemas.filter(isCovered)) {
      for (let index = 0; index < cases; index++) {
        const random = Random.ofCase(seed, index);
        const bytes = randomBytes(random, schema);
        const plan = ReadPlan.of(schema);
        const source = new ByteSource();
        source.begin(bytes);
        const read = () => plan.read(source, bytes.length, plan.make(), 1);
        expect(read).not.toThrow();
      }
    }
  });

  it('gives messages that share nothing that can change', () => {
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
    ['the field of the largest number', { nodes: { 1: { name: 'a' } } }],
    ['a map key that names a prototype', { byStringString: JSON.parse('{"a":"b","__proto__":"c"}') }],
    ['a text that has a replacement character', { oneString: `${'x'.repeat(30)}\ufffd` }],
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
  ])('reads %s of %s', (name, hex) => {
    const schema = schemaOf('every.v1.Every');
    const tag = toBinary(schema, create(schema, { [name]: name === 'oneBool' ? true : name === 'oneUint64' ? 1n : 1 }));
    expectSame(schema, Buffer.concat([tag.subarray(0, -1), Buffer.from(hex, 'hex')]), hex);
  });

  it.each([99, 100, 101, 102])('takes messages that are %i deep as protobuf-es does', (depth) => {
    const schema = schemaOf('every.v1.Node');
    const node = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { left: node(levels - 1) });
    const bytes = toBinary(schema, create(schema, node(depth)));
    expectSame(schema, bytes, `${depth}`);
    const plan = ReadPlan.of(schema);
    const source = new ByteSource();
    source.begin(bytes);
    const read = () => plan.read(source, bytes.length, plan.make(), 1);
    if (depth <= 100) expect(read).not.toThrow();
    else expect(read).toThrow(irregular);
  });

  it('reads bytes as views of what they were read from', () => {
    const schema = schemaOf('every.v1.Node');
    const bytes = toBinary(schema, create(schema, { data: new Uint8Array([1, 2, 3]) }));
    const { data } = messageReader(schema)(bytes) as unknown as { data: Uint8Array };
    expect(data.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['a tag of five bytes', '8880808010 01'],
    ['a tag that is longer than it must be', '8800 05'],
    ['a field number of 0', '02 00'],
    ['a wire type that there is not', '0e 00'],
    ['an unknown group', '9b06 08 01 9c06'],
    ['a group that does not end', '9b06 08 01'],
    ['an unknown varint of 11 bytes', '9806 ffffffffffffffffffff01'],
    ['a varint of 11 bytes', '30 ffffffffffffffffffff01'],
    ['a length past the end', '0a 05 61'],
    ['a length of five bytes', '0a 8180808010 61'],
    ['text that is no UTF-8', '0a 02 c328'],
    ['long text that is no UTF-8', `0a 20 ${'61'.repeat(31)}ff`],
    ['a field that ends after its message', '12 02 0a 02 61 61'],
    ['another wire type for a known field', '30 01 0d 01 61 00 00'],
  ])('takes %s as protobuf-es does', (_, hex) => {
    expectSame(schemaOf('every.v1.Node'), Buffer.from(hex.replaceAll(' ', ''), 'hex'), hex);
  });

  it.each([
    ['nothing', ''],
    ['a key alone', '0a 01 61'],
    ['a value alone', '12 01 62'],
    ['the value first', '12 01 62 0a 01 61'],
    ['two keys', '0a 01 61 0a 01 62'],
    ['another field', '0a 01 61 12 01 62 18 01'],
  ])('takes a map entry with %s as protobuf-es does', (_, hex) => {
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
