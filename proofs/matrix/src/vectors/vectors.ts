import type { JsonObject } from '@bufbuild/protobuf';

/** Bytes that every language must decode to the same value, and encode again unchanged. */
export interface WireVector {
  readonly name: string;
  /** A vectors.v1.Vector. */
  readonly hex: string;
  /** The same value in ProtoJSON (https://protobuf.dev/programming-guides/json/). */
  readonly json: JsonObject;
  /** The bytes of the JSON, if JSON cannot represent the whole value. */
  readonly hexFromJson?: string;
}

/** A text field: the tag `32`, the length and the bytes. */
function textField(value: string): string {
  const content = Buffer.from(value);
  const length = content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return Buffer.from([0x32, ...length, ...content]).toString('hex');
}

const irish = 'Ní neart go cur le chéile ☘ 😀 \u0000 \u202e e\u0301';
const long = 'ü'.repeat(8_000);
const minusOne = `${'ff'.repeat(9)}01`;
const beyondDouble = `81${'80'.repeat(6)}10`;

/**
 * The vectors are written by hand from the specification (https://protobuf.dev/programming-guides/encoding/), so that
 * no implementation is the reference.
 */
export const vectors: readonly WireVector[] = [
  { name: 'nothing', hex: '', json: {} },
  { name: 'an int64 of 2^53 + 1', hex: `08${beyondDouble}`, json: { int64Value: '9007199254740993' } },
  { name: 'the largest int64', hex: `08${'ff'.repeat(8)}7f`, json: { int64Value: '9223372036854775807' } },
  { name: 'the smallest int64', hex: `08${'80'.repeat(9)}01`, json: { int64Value: '-9223372036854775808' } },
  { name: 'an int64 of -1', hex: `08${minusOne}`, json: { int64Value: '-1' } },
  { name: 'a double of 0.1', hex: '119a9999999999b93f', json: { doubleValue: 0.1 } },
  { name: 'a double of -0', hex: '110000000000000080', json: { doubleValue: -0 } },
  { name: 'the smallest double', hex: '110100000000000000', json: { doubleValue: 5e-324 } },
  { name: 'a double of NaN', hex: '11000000000000f87f', json: { doubleValue: 'NaN' } },
  { name: 'infinity', hex: '11000000000000f07f', json: { doubleValue: 'Infinity' } },
  { name: 'minus infinity', hex: '11000000000000f0ff', json: { doubleValue: '-Infinity' } },
  { name: 'a known enum value', hex: '1801', json: { kind: 'KIND_KNOWN' } },
  { name: 'an unknown enum value', hex: '1809', json: { kind: 9 } },
  { name: 'a negative enum value', hex: `18${minusOne}`, json: { kind: -1 } },
  { name: 'an optional zero', hex: '2000', json: { optionalValue: 0 } },
  { name: 'an empty message', hex: '2a00', json: { inner: {} } },
  { name: 'a message with a field', hex: '2a030a0178', json: { inner: { value: 'x' } } },
  { name: 'a text in several scripts', hex: textField(irish), json: { text: irish } },
  { name: 'a long text', hex: textField(long), json: { text: long } },
  { name: 'bytes that are not UTF-8', hex: '3a0400fffe80', json: { data: 'AP/+gA==' } },
  {
    name: 'packed int64s',
    hex: `421301${minusOne}${beyondDouble}`,
    json: { int64Values: ['1', '-1', '9007199254740993'] },
  },
  { name: 'a oneof with a zero', hex: '4800', json: { number: 0 } },
  { name: 'a oneof with an empty text', hex: '5200', json: { name: '' } },
  { name: 'a map by a negative number', hex: `5a0e08${minusOne}120161`, json: { names: { '-1': 'a' } } },
  {
    name: 'unknown fields',
    hex: '0801807d01827d03616263',
    json: { int64Value: '1' },
    hexFromJson: '0801',
  },
];
