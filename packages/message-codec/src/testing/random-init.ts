import { create, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, isWrapperDesc } from '@bufbuild/protobuf/wkt';
import type { Random } from '@example/kit/random';

type Init = Record<string, unknown>;

const doubles = [0, -0, 1, 0.1, -2.5, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 2 ** 53];
const floats = [0, -0, 1, 0.5, -2.5, Number.NaN, Infinity, -Infinity, 2 ** -149, 3.4028234663852886e38];
const int32s = [0, -0, 1, -1, 127, 128, 300, 16_383, 16_384, 2 ** 31 - 1, -(2 ** 31)];
const uint32s = [0, 1, 127, 128, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1];
const bits = [0n, 1n, 127n, 128n, 300n, 2n ** 31n, 2n ** 32n, 2n ** 49n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n];
const int64s = [...bits, ...bits.map((bit) => -bit), -(2n ** 63n)];
const uint64s = [...bits, 2n ** 63n, 2n ** 64n - 1n];
const texts = [
  '',
  'a',
  'Aoife',
  'aoife@example.com',
  'ord-01a1fc77-8326-7349-b947-52d19761f6a4',
  'é',
  'Saoirse ☘',
  '🙂',
];
const oddTexts = [
  '\ufeffmark',
  '\ufffd',
  '\0',
  'x'.repeat(24),
  'x'.repeat(25),
  'x'.repeat(127),
  '☘'.repeat(43),
  '__proto__',
];

function text(random: Random): string {
  if (random.chance(0.7)) return random.pick(texts);
  return random.chance(0.97) ? random.pick(oddTexts) : random.pick(['é', 'x']).repeat(random.between(100, 3_000));
}

function scalar(random: Random, type: ScalarType): unknown {
  switch (type) {
    case ScalarType.DOUBLE:
      return random.pick(doubles);
    case ScalarType.FLOAT:
      return random.pick(floats);
    case ScalarType.BOOL:
      return random.chance(0.5);
    case ScalarType.STRING:
      return text(random);
    case ScalarType.BYTES:
      return random.chance(0.1) ? [1, 2, 255] : new Uint8Array(random.bytes(random.pick([0, 1, 5, 200])));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return random.pick(int32s);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return random.pick(uint32s);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return long(random, random.pick(int64s));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return long(random, random.pick(uint64s));
  }
}

/** A 64-bit integer in one of its forms in an init. */
function long(random: Random, value: bigint): unknown {
  if (random.chance(0.5)) return value;
  return random.chance(0.5) && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function value(random: Random, field: DescField, depth: number): unknown {
  if (field.enum !== undefined) {
    const known = random.pick(field.enum.values).number;
    return field.enum.open && random.chance(0.2) ? random.pick(int32s) : known;
  }
  if (field.message === undefined) return scalar(random, field.scalar as ScalarType);
  const { message } = field;
  if (message.typeName === 'google.protobuf.Struct' && field.parent.typeName !== 'google.protobuf.Value') {
    return random.pick([{}, { a: 1, b: [null, { c: 'd' }] }, { ['__proto__']: true }]);
  }
  if (field.fieldKind === 'message' && field.oneof === undefined && isWrapperDesc(message)) {
    return scalar(random, message.fields[0]?.scalar as ScalarType);
  }
  const init = randomInit(random, message, depth + 1);
  return random.chance(0.3) ? create(message, init) : init;
}

const keys = new Map<ScalarType, readonly (string | number | bigint | boolean)[]>([
  [ScalarType.STRING, [...texts, 'toString', '7']],
  [ScalarType.BOOL, [true, false]],
  [ScalarType.UINT32, uint32s],
  [ScalarType.FIXED32, uint32s],
  [ScalarType.UINT64, uint64s],
  [ScalarType.FIXED64, uint64s],
  [ScalarType.INT64, int64s],
  [ScalarType.SINT64, int64s],
  [ScalarType.SFIXED64, int64s],
]);

function fieldInit(random: Random, field: DescField, depth: number): unknown {
  const count = random.pick([0, 1, 2, 2, 20]) >> Math.min(depth, 5);
  if (field.fieldKind === 'list') return Array.from({ length: count }, () => value(random, field, depth));
  if (field.fieldKind !== 'map') return value(random, field, depth);
  const names = Array.from({ length: count }, () => random.pick(keys.get(field.mapKey) ?? int32s));
  // Object.fromEntries creates own properties even for __proto__.
  return Object.fromEntries(names.map((name) => [`${name}`, value(random, field, depth)]));
}

/** A random message init: any of its fields may be set, also to values at the limits of their types. */
export function randomInit(random: Random, schema: DescMessage, depth = 0): Init {
  const init: Init = {};
  // Of many fields only a few are set, so that messages stay small.
  const share = Math.min(0.7, 20 / schema.members.length) / (1 + depth);
  for (const member of schema.members) {
    const isRequired = member.kind === 'field' && member.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
    if (!isRequired && !random.chance(share)) {
      if (random.chance(0.05)) init[member.localName] = random.pick([undefined, null]);
      continue;
    }
    if (member.kind === 'field') {
      init[member.localName] = fieldInit(random, member, depth);
      continue;
    }
    const field = random.pick(member.fields);
    init[member.localName] = { case: field.localName, value: value(random, field, depth) };
  }
  return init;
}
