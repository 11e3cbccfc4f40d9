import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { elementLimit } from './element-limit.ts';
import { randomInit } from './testing/random-init.ts';
import { schemaOf, schemas } from './testing/schemas.ts';

const seed = 20_261_130;

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function countOf(schema: DescMessage, bytes: Uint8Array): number {
  const hasMore = elementLimit(schema);
  let count = 0;
  while (hasMore(bytes, count)) count++;
  return count;
}

/** The number of objects and list items in a decoded message: a lower bound for its elements. */
function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const inner = Object.entries(value).filter(([name]) => name !== '$typeName');
  const own = Array.isArray(value) ? value.length : 0;
  return inner.reduce((sum, [name, field]) => sum + (name === 'data' ? 0 : objectsIn(field)), own);
}

describe('elementLimit', () => {
  it.each([
    ['nothing', 'every.v1.Node', '', 0],
    ['fields', 'every.v1.Node', '0a 01 61 0a 01 62', 2],
    ['empty repeated messages', 'notes.v1.CreateNoteRequest', '12 00 12 00 12 00', 3],
    ['fields of nested messages', 'notes.v1.CreateNoteRequest', '12 04 10 01 10 02 12 00', 4],
    ['unknown fields', 'user.v1.GetUserRequest', '78 00 7a 02 00 00 79 0000000000000000 7d 00000000', 4],
    ['unknown groups, with all in them', 'user.v1.GetUserRequest', '7b 78 00 7b 7c 12 02 ff ff 7c 78 00', 5],
    ['unknown fields of nested messages', 'notes.v1.CreateNoteRequest', '12 04 78 00 78 00', 3],
    ['the paths of a mask', 'user.v2.UpdateUserRequest', '12 06 0a 00 0a 00 0a 00', 4],
    ['map entries and what is in them', 'google.protobuf.Struct', '0a 00 0a 02 0a 00 0a 04 12 02 08 00', 6],
  ])('counts %s', (_, name, hex, count) => {
    expect(countOf(schemaOf(name), bytesOf(hex))).toBe(count);
  });

  it.each([
    ['manyBool', [true, false, true]],
    ['manyInt32', [1, -1, 300]],
    ['manyFixed32', [1, 2, 3]],
    ['manyDouble', [1, 2, 3]],
  ])('counts each item of the packed list %s', (name, list) => {
    const schema = schemaOf('every.v1.Every');
    expect(countOf(schema, toBinary(schema, create(schema, { [name]: list })))).toBe(4);
  });

  it.each(schemas.map((schema) => [schema.typeName, schema] as const))(
    'counts no less than protobuf-es makes of any bytes that it reads as %s',
    (_, schema) => {
      for (let index = 0; index < 12; index++) {
        const random = Random.ofCase(seed, index);
        const other = random.chance(0.3) ? random.pick(schemas) : schema;
        const bytes = toBinary(other, create(other, randomInit(random, other)));
        if (other === schema) expect(countOf(schema, bytes)).toBeLessThanOrEqual(bytes.length);
        for (let change = 0; change < 6; change++) {
          if (bytes.length > 0) bytes[random.between(0, bytes.length - 1)] = random.between(0, 255);
          expectCounted(schema, bytes);
        }
      }
    },
  );

  it.each([
    ['a field that is cut short', '0a 05 61'],
    ['a known field with the wire type of another one', '08 01'],
    ['a field number of 0', '02 00'],
    ['a wire type that does not exist', '7e 00'],
    ['a group that does not end', '7b 78 00'],
    ['the end of another group', '7b 84 01'],
    ['groups below the deepest level', '7b'.repeat(101) + '7c'.repeat(101)],
  ])('refuses %s', (_, hex) => {
    expect(() => elementLimit(schemaOf('every.v1.Node'))(bytesOf(hex), 1_000)).toThrow(/is invalid at byte/);
  });
});

function expectCounted(schema: DescMessage, bytes: Uint8Array): void {
  let objects: number;
  try {
    objects = objectsIn(fromBinary(schema, bytes));
  } catch {
    return;
  }
  try {
    expect(countOf(schema, bytes)).toBeGreaterThanOrEqual(objects);
  } catch (error) {
    if (!/is invalid at byte/.test(`${error}`)) throw error;
  }
}
