import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import type { Random } from '@example/kit/random';

/** JSON values that clients may send for any field: valid, unusual and refused ones. */
const oddValues: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.0', '1.5', '1e0', '1e3', '1E-7', '-0.0', '1e400', '3.5e38'],
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '9007199254740993'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616'],
  ...[
    '""',
    '"x"',
    '"0"',
    '"-0"',
    '"007"',
    '"1"',
    '"-1"',
    '"+1"',
    '"1.0"',
    '"1.5"',
    '"1e3"',
    '"0x10"',
    '" 1"',
    '"1\\n"',
  ],
  ...['"999999999999999999"', '"-999999999999999999"', '"9223372036854775807"', '"9223372036854775808"'],
  ...['"-9223372036854775808"', '"-9223372036854775809"', '"18446744073709551615"', '"18446744073709551616"'],
  ...['"NaN"', '"Infinity"', '"-Infinity"', '"true"', '"null"', '"KIND_ONE"', '"KIND_OTHER"', '"\\ud800"', '"\\ud83d"'],
  ...['"\\ud83d\\ude42"', '"a\\\\\\"b:c\\u0000"', '"{\\"a\\":1}"', '"YWI="', '"YWI"', '"_-8"', '"\ufffd"', '"\ufeff"'],
  ...['"2026-11-21T10:00:00Z"', '"2026-11-21T10:00:00.5+01:00"', '"1.5s"', '"a,fooBar"', '"constructor"'],
  ...['[]', '[1]', '["1"]', '[null]', '[[]]', '[{}]', '["x", 1, null, {}]', '[true, false]', '["KIND_OTHER"]'],
  ...['{}', '{"a":1}', '{"a":1,"a":1}', '{"name":"a","name":"b"}', '{"name":"a","n\\u0061me":"b"}', '{"nodes":[{}]}'],
  ...['{"unknown":{"a":[{"b":1}]}}', '{"unknown":[{"a":1,"a":2}]}', '{"__proto__":{"name":"a"}}', '{"1":"a","01":"b"}'],
  ...['{"name":null}', '{"left":{"left":{"name":"a"}}}', '{"other":{},"number":1}', '{"seconds":"1"}'],
];

const oddNames = ['unknown', '', '$typeName', '__proto__', 'toString', 'hasOwnProperty', '[a.b]', 'n\\u0061me', '1'];

const name = 'ODD NAME';
const value = 'ODD VALUE';

/** The text of a copy with one value, at any depth, replaced by an odd one, or with one member added or renamed. */
export function withOddJson(random: Random, schema: DescMessage, json: JsonValue): string {
  const root = [structuredClone(json)];
  change(random, root, '0');
  const field = random.pick(schema.fields);
  const names = field === undefined ? oddNames : [...oddNames, field.name, field.jsonName, field.name, field.jsonName];
  return JSON.stringify(root[0])
    .replace(JSON.stringify(name), () => `"${random.pick(names)}"`)
    .replace(JSON.stringify(value), () => random.pick(oddValues));
}

function change(random: Random, parent: object, key: string): void {
  const at = parent as Record<string, JsonValue>;
  const inner = at[key] as JsonValue;
  if (typeof inner === 'object' && inner !== null) {
    const keys = Object.keys(inner);
    if (keys.length > 0 && random.chance(0.8)) {
      change(random, inner, random.pick(keys));
      return;
    }
    if (!Array.isArray(inner) && random.chance(0.7)) {
      inner[name] = value;
      return;
    }
  }
  if (random.chance(0.8) || Array.isArray(parent)) at[key] = value;
  else {
    at[name] = inner;
    delete at[key];
  }
}
