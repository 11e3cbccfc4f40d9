import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Random } from '@example/kit/random';
import { describe, expect, it } from 'vitest';
import { ByteSink } from './byte-sink.ts';
import { isCovered } from './is-covered.ts';
import { messageWriter } from './message-writer.ts';
import { outcome } from './testing/outcome.ts';
import { randomInit } from './testing/random-init.ts';
import { schemaOf, schemas } from './testing/schemas.ts';
import { WritePlan } from './write-plan.ts';

type Init = Record<string, unknown>;

const seed = 20_261_121;
const cases = 25;
const everySchema = schemaOf('every.v1.Every');
const nodeSchema = schemaOf('every.v1.Node');
const nothing = Symbol('no property');

/** What somebody may take for a value. */
const odd: readonly unknown[] = [
  ...[nothing, undefined, null, true, false, '', 'x', 'true', '12', '-1', '007', ' 1 ', '0x10', 'NaN', '\ud800', '00'],
  ...[0, -0, -1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 60, 1e39, Number.NaN, Infinity, 0n, -1n, 2n ** 63n, 2n ** 64n],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '18446744073709551616', new Date(0)],
  ...[
    [],
    [0],
    [''],
    [null],
    [undefined],
    new Array(2),
    {},
    { a: 1 },
    { 1: 'x' },
    { true: '' },
    { '': 'x' },
    { 1.5: 'x' },
  ],
  ...[new Map([['a', 'b']]), new Uint8Array(1), new Uint16Array(1), Buffer.from('a'), { case: 'name', value: 1 }],
  ...[
    { case: 'other', value: undefined },
    { case: 'none', value: 1 },
    { case: undefined, value: 1 },
  ],
  ...[create(nodeSchema, { name: 'a' }), Object.create(create(nodeSchema, { name: 'a' })), { $typeName: 'x' }],
  ...[{ $typeName: 'every.v1.Node' }, { $unknown: [{ no: 9, wireType: 0, data: new Uint8Array(1) }] }],
];

/** With one of what there is in it, at any depth, replaced by something odd. */
function withOdd(random: Random, init: Init): Init {
  const copy = Array.isArray(init) ? [...init] : Object.assign(Object.create(Object.getPrototypeOf(init)), init);
  const name = random.pick(Object.keys(copy).filter((key) => !key.startsWith('$') || random.chance(0.3)));
  if (name === undefined) return copy;
  const inner = copy[name];
  const isDeep = typeof inner === 'object' && inner !== null && !(inner instanceof Uint8Array);
  const value =
    isDeep && Object.keys(inner).length > 0 && random.chance(0.7) ? withOdd(random, inner) : random.pick(odd);
  if (value === nothing) delete copy[name];
  else copy[name] = value;
  return copy;
}

function expectSame(schema: DescMessage, message: Init, note: string): void {
  const expected = outcome(() => toBinary(schema, create(schema, message)));
  const found = outcome(() => messageWriter(schema)(message));
  if (found !== expected) expect(found, `${note}: ${outcome(() => message)}`).toBe(expected);
}

describe('a message writer', () => {
  it.each(schemas.map((schema) => [schema.typeName, schema] as const))('writes %s as protobuf-es', (name, schema) => {
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

  it('leaves nothing to protobuf-es that is as it usually is', () => {
    // What every object has is a value there, for protobuf-es as well.
    const usual = schemas.filter((schema) => isCovered(schema) && schema.typeName !== 'every.v1.Inherited');
    for (const schema of usual) {
      const sink = new ByteSink();
      expect(() => WritePlan.of(schema).write(sink, {}, true)).not.toThrow();
      for (let index = 0; index < cases; index++) {
        const message = create(schema, randomInit(Random.ofCase(seed, index), schema));
        sink.begin();
        expect(() => WritePlan.of(schema).write(sink, message, true)).not.toThrow();
        expect(outcome(() => sink.take())).toBe(outcome(() => toBinary(schema, message)));
      }
    }
  });

  it('writes unknown fields again', () => {
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
    ['a set', new Set([{ no: 9, wireType: 0, data: new Uint8Array(1) }])],
    ['data without a length', [{ no: 9, wireType: 0, data: {} }]],
    ['no number', [{ wireType: 0, data: new Uint8Array(1) }]],
    ['no wire type', [{ no: 9, data: new Uint8Array(1) }]],
  ])('takes unknown fields that are %s as protobuf-es does', (_, $unknown) => {
    expectSame(nodeSchema, Object.assign(create(nodeSchema), { $unknown }) as unknown as Init, '');
    expectSame(nodeSchema, { name: 'a' }, 'what comes after it');
  });

  it.each([
    { byInt32: { '': 'a' } },
    { byInt32: { '1e3': 'a' } },
    { byInt32: { '12a': 'a' } },
    { byBool: { other: 'a' } },
    { byBool: { '': 'a' } },
    { byStringNode: [{ name: 'a' }] },
    { byStringString: ['a'] },
  ])('takes the map of %o as protobuf-es does', (init) => {
    expectSame(everySchema, init, '');
    expectSame(everySchema, Object.assign(create(everySchema), init) as unknown as Init, '');
  });

  it('writes of a message only what is its own', () => {
    const message = Object.create(create(nodeSchema, { name: 'a', left: {} }));
    expectSame(nodeSchema, message, '');
    expectSame(nodeSchema, { left: message }, '');
  });

  it.each([undefined, null, 1, 'text', [], [1], new Date(0), create(nodeSchema), Object.create(create(nodeSchema))])(
    'takes %s for a message as protobuf-es does',
    (message) => {
      for (const schema of schemas) expectSame(schema, message as Init, schema.typeName);
    },
  );

  it('writes what is written while a message is, and what comes after one that could not be written', () => {
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

  it('leaves what it has written as it is', () => {
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

  it('finds room for a length when there is none left', () => {
    const sink = new ByteSink();
    sink.begin();
    const start = sink.startLength();
    // With what comes before, all of a slab.
    sink.raw(new Uint8Array(8 * 1_024 - 1).fill(7));
    sink.endLength(start);
    const taken = sink.take();
    expect(taken).toEqual(Uint8Array.from([0xff, 0x3f, ...new Array(8 * 1_024 - 1).fill(7)]));
  });

  it('does not keep much more in memory than what it has written', () => {
    const write = messageWriter(nodeSchema);
    const small = write({ name: 'a' });
    expect(small.buffer.byteLength).toBe(8 * 1_024);
    const large = write({ data: new Uint8Array(1_000_000) });
    expect(large.buffer.byteLength).toBeLessThan(3_000_000);
    const next = write({ name: 'a' });
    expect(next.buffer.byteLength).toBe(8 * 1_024);
    expect(write({ name: 'b' }).buffer).toBe(next.buffer);
  });
});
