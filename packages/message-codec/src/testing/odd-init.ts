import { create } from '@bufbuild/protobuf';
import type { Random } from '@example/kit/random';
import { schemaOf } from './schemas.ts';

type Init = Record<string, unknown>;

const nodeSchema = schemaOf('every.v1.Node');
const nothing = Symbol('no property');

/** Valid and invalid values that callers may pass for any field. */
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

/** A copy with one value, at any depth, replaced by an odd one. */
export function withOdd(random: Random, init: Init): Init {
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
