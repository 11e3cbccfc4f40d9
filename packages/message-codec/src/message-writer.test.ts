import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { isSupported } from './is-supported.ts';
import { MessageEncoder } from './message-encoder.ts';
import { messageWriter } from './message-writer.ts';
import { withOdd } from './testing/odd-init.ts';
import { outcome } from './testing/outcome.ts';
import { randomInit } from './testing/random-init.ts';
import { schemaOf, schemas } from './testing/schemas.ts';
import { WireWriter } from './wire-writer.ts';

type Init = Record<string, unknown>;

const seed = 20_261_121;
const cases = 25;
const everySchema = schemaOf('every.v1.Every');
const nodeSchema = schemaOf('every.v1.Node');

function expectSame(schema: DescMessage, message: Init, note: string): void {
  const expected = outcome(() => toBinary(schema, create(schema, message)));
  const found = outcome(() => messageWriter(schema)(message));
  if (found !== expected) expect(found, `${note}: ${outcome(() => message)}`).toBe(expected);
}

describe('messageWriter', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('writes %s like protobuf-es', (name, schema) => {
    for (let index = 0; index < cases; index++) {
      const random = Random.ofCase(seed, index);
      const init = randomInit(random, schema);
      expectSame(schema, init, `case ${index} of ${name}`);
      const message = create(schema, init);
      expectSame(schema, message, `message of case ${index} of ${name}`);
      for (let change = 0; change < 8; change++) {
        const from = random.chance(0.5) ? init : message;
        expectSame(schema, withOdd(random, from as Init), `change ${change} of case ${index} of ${name}`);
      }
    }
  });

  it('writes valid messages of supported types without leaving the fast path', () => {
    // `every.v1.Inherited` is excluded: its fields have names of properties that all objects inherit. If an init does
    // not set such a field, protobuf-es, too, uses the inherited value.
    const usual = schemas.filter((schema) => isSupported(schema) && schema.typeName !== 'every.v1.Inherited');
    for (const schema of usual) {
      const writer = new WireWriter();
      expect(() => MessageEncoder.of(schema).encode(writer, {}, true)).not.toThrow();
      for (let index = 0; index < cases; index++) {
        const message = create(schema, randomInit(Random.ofCase(seed, index), schema));
        writer.begin();
        expect(() => MessageEncoder.of(schema).encode(writer, message, true)).not.toThrow();
        expect(outcome(() => writer.take())).toBe(outcome(() => toBinary(schema, message)));
      }
    }
  });

  it('writes unknown fields back', () => {
    const emptySchema = schemaOf('google.protobuf.Empty');
    for (let index = 0; index < cases; index++) {
      const bytes = toBinary(everySchema, create(everySchema, randomInit(Random.ofCase(seed, index), everySchema)));
      const unknown = fromBinary(emptySchema, bytes);
      expectSame(emptySchema, unknown as unknown as Init, `case ${index}`);
      const node = create(nodeSchema, { name: 'a', left: { ...create(nodeSchema), $unknown: unknown.$unknown } });
      expectSame(nodeSchema, node as unknown as Init, `case ${index}`);
    }
  });

  it.each([
    ['a Set', new Set([{ no: 9, wireType: 0, data: new Uint8Array(1) }])],
    ['without bytes as data', [{ no: 9, wireType: 0, data: {} }]],
    ['without a number', [{ wireType: 0, data: new Uint8Array(1) }]],
    ['without a wire type', [{ no: 9, data: new Uint8Array(1) }]],
  ])('treats unknown fields that are %s like protobuf-es', (_, $unknown) => {
    expectSame(nodeSchema, Object.assign(create(nodeSchema), { $unknown }) as unknown as Init, '');
    expectSame(nodeSchema, { name: 'a' }, 'the next message');
  });

  it.each([
    { byInt32: { '': 'a' } },
    { byInt32: { '1e3': 'a' } },
    { byInt32: { '12a': 'a' } },
    { byBool: { other: 'a' } },
    { byBool: { '': 'a' } },
    { byStringNode: [{ name: 'a' }] },
    { byStringString: ['a'] },
  ])('treats the map of %o like protobuf-es', (init) => {
    expectSame(everySchema, init, '');
    expectSame(everySchema, Object.assign(create(everySchema), init) as unknown as Init, '');
  });

  it('writes only own properties of a message', () => {
    const message = Object.create(create(nodeSchema, { name: 'a', left: {} }));
    expectSame(nodeSchema, message, '');
    expectSame(nodeSchema, { left: message }, '');
  });

  it.each([undefined, null, 1, 'text', [], [1], new Date(0), create(nodeSchema), Object.create(create(nodeSchema))])(
    'treats %s as a message like protobuf-es',
    (message) => {
      for (const schema of schemas) expectSame(schema, message as Init, schema.typeName);
    },
  );

  it('writes a message during the writing of another, and after one that failed', () => {
    const write = messageWriter(nodeSchema);
    const expected = toBinary(nodeSchema, create(nodeSchema, { name: 'a' }));
    const inner: Uint8Array[] = [];
    const outer = write({
      name: 'a',
      get left() {
        inner.push(write({ name: 'a' }));
        return undefined;
      },
    });
    expect(outer).toEqual(expected);
    expect(inner[0]).toEqual(expected);
    expect(() => write({ name: 'b', left: { data: 1 } })).toThrow();
    const thrown = new Error('of a property');
    let reads = 0;
    const bad = {
      get name(): string {
        reads++;
        throw thrown;
      },
    };
    expect(() => write(bad)).toThrow(thrown);
    expect(reads).toBe(1);
    expect(write({ name: 'a' })).toEqual(expected);
  });

  it('never changes bytes that it has returned', () => {
    const write = messageWriter(nodeSchema);
    const random = new Random(seed);
    const inits = Array.from({ length: 500 }, () => ({ data: random.bytes(random.pick([1, 10, 100, 1_000, 20_000])) }));
    const written = inits.map((init) => write(init));
    const differ = inits.filter(
      (init, index) =>
        !Buffer.from(toBinary(nodeSchema, create(nodeSchema, init))).equals(written[index] as Uint8Array),
    );
    expect(differ).toEqual([]);
  });

  it('grows the slab for a length when it is full', () => {
    const writer = new WireWriter();
    writer.begin();
    const start = writer.startLength();
    // Fills the slab together with the reserved byte.
    writer.raw(new Uint8Array(8 * 1_024 - 1).fill(7));
    writer.endLength(start);
    const taken = writer.take();
    expect(taken).toEqual(Uint8Array.from([0xff, 0x3f, ...new Array(8 * 1_024 - 1).fill(7)]));
  });

  it('keeps little more in memory than the written bytes', () => {
    const write = messageWriter(nodeSchema);
    const small = write({ name: 'a' });
    expect(small.buffer.byteLength).toBe(8 * 1_024);
    const large = write({ data: new Uint8Array(1_000_000) });
    expect(large.buffer.byteLength).toBeLessThan(3_000_000);
    const next = write({ name: 'a' });
    expect(next.buffer.byteLength).toBe(8 * 1_024);
    expect(write({ name: 'b' }).buffer).toBe(next.buffer);
  });

  it('writes messages that can be copied to a worker but not transferred, because the next ones share their slab', () => {
    const write = messageWriter(nodeSchema);
    const first = write({ name: 'first' });
    expect(structuredClone(first)).toEqual(first);
    expect(() => structuredClone(first, { transfer: [first.buffer] })).toThrow('Cannot transfer');
    expect(fromBinary(nodeSchema, write({ name: 'second' }))).toMatchObject({ name: 'second' });
    const large = write({ name: 'x'.repeat(100_000) });
    expect(structuredClone(large, { transfer: [large.buffer] })).toHaveLength(100_004);
    expect(fromBinary(nodeSchema, write({ name: 'third' }))).toMatchObject({ name: 'third' });
  });
});
