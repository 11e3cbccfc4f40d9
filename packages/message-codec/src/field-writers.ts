import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { type Accessor, accessorOf } from './accessors.ts';
import { isAbsent, listOf, mapOf, oneofOf } from './init-values.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import { valueWriter, type WriteUnlessZero, type WriteValue, writerUnlessZero } from './value-writers.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';
import type { WireWriter } from './wire-writer.ts';

/**
 * Writes the value of a field, unless the field is absent.
 *
 * @param isInit whether the value belongs to a message init, not to a message
 * @throws `leaveFastPath`
 */
type WriteField = (writer: WireWriter, value: unknown, isInit: boolean) => void;

/**
 * Writes one field. If the field is left out when it is zero, `unlessZero` writes its tag and value. `write` writes
 * every other kind of field.
 */
export type FieldWriter = { readonly get: Accessor['get'] } & (
  | { readonly tag: number; readonly unlessZero: WriteUnlessZero; readonly write: undefined }
  | { readonly tag: number; readonly unlessZero: undefined; readonly write: WriteField }
);

/** The encoder of a nested message type, see MessageEncoder. */
export interface NestedEncoder {
  /** @param mayBeInit whether `message` may be a message init @throws `leaveFastPath` */
  encode(writer: WireWriter, message: unknown, mayBeInit: boolean): void;
}

type EncoderOf = (desc: DescMessage) => NestedEncoder;
type FieldOf<Kind extends DescField['fieldKind']> = DescField & { fieldKind: Kind };
/** Writes a value with its tag. */
type WriteElement = (writer: WireWriter, value: unknown, mayBeInit: boolean) => void;

export function fieldWriter(field: DescField, encoderOf: EncoderOf): FieldWriter {
  const { get } = accessorOf(field.oneof ?? field);
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT && field.fieldKind !== 'list' && field.fieldKind !== 'map') {
    const scalar = wireScalar(field);
    return {
      get,
      tag: tagOf(field.number, wireTypeOf(scalar)),
      unlessZero: writerUnlessZero(scalar),
      write: undefined,
    };
  }
  return { get, tag: 0, unlessZero: undefined, write: wholeWriter(field, encoderOf) };
}

function wholeWriter(field: DescField, encoderOf: EncoderOf): WriteField {
  if (field.fieldKind === 'list') return listWriter(field, encoderOf);
  if (field.fieldKind === 'map') return mapWriter(field, encoderOf);
  const write = elementWriter(field, field.number, encoderOf);
  return field.oneof === undefined ? presentWriter(write) : oneofWriter(field.localName, write);
}

function elementWriter(field: DescField, number: number, encoderOf: EncoderOf): WriteElement {
  if (field.message !== undefined) {
    const encoder = encoderOf(field.message);
    const tag = tagOf(number, WireType.lengthDelimited);
    return (writer, value, mayBeInit) => {
      const start = writer.tag(tag).startLength();
      encoder.encode(writer, value, mayBeInit);
      writer.endLength(start);
    };
  }
  const scalar = wireScalar(field);
  const write = valueWriter(scalar);
  const tag = tagOf(number, wireTypeOf(scalar));
  return (writer, value) => {
    writer.tag(tag);
    write(writer, value);
  };
}

function presentWriter(write: WriteElement): WriteField {
  return (writer, value, isInit) => {
    if (!isAbsent(value, isInit)) write(writer, value, isInit);
  };
}

function oneofWriter(name: string, write: WriteElement): WriteField {
  return (writer, value, isInit) => {
    const oneof = oneofOf(value, isInit);
    if (oneof.case === name) write(writer, oneof.value, isInit);
  };
}

function listWriter(field: FieldOf<'list'>, encoderOf: EncoderOf): WriteField {
  const write = field.packed ? packedWriter(field) : eachWriter(elementWriter(field, field.number, encoderOf));
  return (writer, value, isInit) => {
    const list = listOf(value, isInit);
    if (list.length > 0) write(writer, list, isInit);
  };
}

type WriteList = (writer: WireWriter, list: readonly unknown[], isInit: boolean) => void;

function eachWriter(write: WriteElement): WriteList {
  return (writer, list, isInit) => {
    for (let index = 0; index < list.length; index++) write(writer, list[index], isInit);
  };
}

function packedWriter(field: FieldOf<'list'>): WriteList {
  const tag = tagOf(field.number, WireType.lengthDelimited);
  const write = valueWriter(wireScalar(field));
  return (writer, list) => {
    const start = writer.tag(tag).startLength();
    for (let index = 0; index < list.length; index++) write(writer, list[index]);
    writer.endLength(start);
  };
}

/** Writes each entry as a message with the key as field 1 and the value as field 2. */
function mapWriter(field: FieldOf<'map'>, encoderOf: EncoderOf): WriteField {
  const tag = tagOf(field.number, WireType.lengthDelimited);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const writeKey = keyWriter(field.mapKey);
  const writeValue = elementWriter(field, 2, encoderOf);
  return (writer, value, isInit) => {
    const map = mapOf(value, isInit);
    for (const key of Object.keys(map)) {
      const start = writer.tag(tag).startLength();
      writer.tag(keyTag);
      writeKey(writer, key);
      writeValue(writer, map[key], isInit);
      writer.endLength(start);
    }
  };
}

/** Writes a map key, given as property name, as its scalar type. */
function keyWriter(scalar: ScalarType): (writer: WireWriter, key: string) => void {
  const write: WriteValue = valueWriter(scalar);
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return write;
    case ScalarType.BOOL:
      return (writer, key) => write(writer, key === 'true' ? true : key === 'false' ? false : key);
    default:
      return (writer, key) => {
        if (!/^-?[0-9]+$/.test(key)) throw leaveFastPath;
        write(writer, Number(key));
      };
  }
}
