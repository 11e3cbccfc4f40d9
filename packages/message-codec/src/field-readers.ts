import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { type Accessor, accessorOf, type Fields } from './accessors.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import { type ReadValue, valueReader } from './value-readers.ts';
import type { WireReader } from './wire-reader.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';

/** Reads a value, after its tag, into a message. @throws `leaveFastPath` */
type ReadField = (reader: WireReader, message: Fields, depth: number) => void;

/** Reads one field. Either `value` reads the value and `set` stores it, or `read` does both. */
export type FieldReader =
  | { readonly value: ReadValue; readonly set: Accessor['set']; readonly read: undefined }
  | { readonly value: undefined; readonly set: undefined; readonly read: ReadField };

/** The decoder of a nested message type, see MessageDecoder. */
export interface NestedDecoder {
  /** Creates an empty message. */
  create(): Fields;
  /** Reads fields up to `end` into a message. @param depth the nesting depth of the message @throws `leaveFastPath` */
  decode(reader: WireReader, end: number, message: Fields, depth: number): void;
}

type DecoderOf = (desc: DescMessage) => NestedDecoder;
type FieldOf<Kind extends DescField['fieldKind']> = DescField & { fieldKind: Kind };
type ListField = FieldOf<'list'>;
type Oneof = { case: string | undefined; value?: unknown };

/** @returns the readers of a field with the tags that it accepts */
export function fieldReaders(field: DescField, decoderOf: DecoderOf): [tag: number, FieldReader][] {
  const { number } = field;
  switch (field.fieldKind) {
    case 'scalar':
    case 'enum':
      return [[tagOf(number, wireTypeOf(wireScalar(field))), singleReader(field)]];
    case 'message':
      return [[tagOf(number, WireType.lengthDelimited), withRead(messageFieldReader(field, decoderOf(field.message)))]];
    case 'map':
      return [[tagOf(number, WireType.lengthDelimited), withRead(mapReader(field, decoderOf))]];
    case 'list':
      return field.listKind === 'message'
        ? [[tagOf(number, WireType.lengthDelimited), withRead(messageListReader(field, decoderOf(field.message)))]]
        : scalarListReaders(field);
  }
}

function singleReader(field: FieldOf<'scalar' | 'enum'>): FieldReader {
  const value = valueReader(wireScalar(field), field.fieldKind === 'scalar' && field.longAsString);
  const { localName, oneof } = field;
  if (oneof === undefined) {
    const { set } = accessorOf(field);
    return { value, set, read: undefined };
  }
  const { set } = accessorOf(oneof);
  return withRead((reader, message) => set(message, { case: localName, value: value(reader) }));
}

/** A singular message field that occurs again is merged into the message of its first occurrence. */
function messageFieldReader(field: FieldOf<'message'>, decoder: NestedDecoder): ReadField {
  const { localName, oneof } = field;
  if (oneof === undefined) {
    const { get, set } = accessorOf(field);
    return (reader, message, depth) => {
      const child = (get(message) as Fields | undefined) ?? decoder.create();
      decoder.decode(reader, reader.end(), child, depth + 1);
      set(message, child);
    };
  }
  const { get, set } = accessorOf(oneof);
  return (reader, message, depth) => {
    const before = get(message) as Oneof;
    const child = before.case === localName ? (before.value as Fields) : decoder.create();
    decoder.decode(reader, reader.end(), child, depth + 1);
    set(message, { case: localName, value: child });
  };
}

function messageListReader(field: ListField, decoder: NestedDecoder): ReadField {
  const { get } = accessorOf(field);
  return (reader, message, depth) => {
    const child = decoder.create();
    decoder.decode(reader, reader.end(), child, depth + 1);
    (get(message) as unknown[]).push(child);
  };
}

/** Accepts packed and unpacked numbers, whatever the field declares. */
function scalarListReaders(field: ListField): [tag: number, FieldReader][] {
  const { get } = accessorOf(field);
  const scalar = wireScalar(field);
  const value = valueReader(scalar, field.listKind === 'scalar' && field.longAsString);
  const wireType = wireTypeOf(scalar);
  const one: ReadField = (reader, message) => {
    (get(message) as unknown[]).push(value(reader));
  };
  if (wireType === WireType.lengthDelimited) return [[tagOf(field.number, wireType), withRead(one)]];
  const packed: ReadField = (reader, message) => {
    const list = get(message) as unknown[];
    const end = reader.end();
    while (reader.at < end) list.push(value(reader));
  };
  return [
    [tagOf(field.number, wireType), withRead(one)],
    [tagOf(field.number, WireType.lengthDelimited), withRead(packed)],
  ];
}

/** Reads an entry with its key before its value; either may be missing if it is zero. */
function mapReader(field: FieldOf<'map'>, decoderOf: DecoderOf): ReadField {
  const { get } = accessorOf(field);
  const key = valueReader(field.mapKey, false);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const zeroKey = String(scalarZeroValue(field.mapKey, false));
  const { wireType, read, zero } = entryValue(field, decoderOf);
  const valueTag = tagOf(2, wireType);
  return (reader, message, depth) => {
    const end = reader.end();
    const name = reader.skipTag(keyTag, end) ? String(key(reader)) : zeroKey;
    const value = reader.skipTag(valueTag, end) ? read(reader, depth) : zero();
    // The entry has unknown fields, another order of its fields, or the key `__proto__`, which an assignment cannot
    // create.
    if (reader.at !== end || name === '__proto__') throw leaveFastPath;
    (get(message) as Fields)[name] = value;
  };
}

interface EntryValue {
  readonly wireType: number;
  readonly read: (reader: WireReader, depth: number) => unknown;
  readonly zero: () => unknown;
}

function entryValue(field: FieldOf<'map'>, decoderOf: DecoderOf): EntryValue {
  if (field.mapKind === 'message') {
    const decoder = decoderOf(field.message);
    const read = (reader: WireReader, depth: number) => {
      const message = decoder.create();
      decoder.decode(reader, reader.end(), message, depth + 1);
      return message;
    };
    return { wireType: WireType.lengthDelimited, read, zero: () => decoder.create() };
  }
  const scalar = wireScalar(field);
  const zero = field.mapKind === 'enum' ? () => field.enum.values[0]?.number : () => scalarZeroValue(scalar, false);
  return { wireType: wireTypeOf(scalar), read: valueReader(scalar, false), zero };
}

function withRead(read: ReadField): FieldReader {
  return { value: undefined, set: undefined, read };
}
