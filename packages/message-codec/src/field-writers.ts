import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { type Accessor, accessorOf, type Fields } from './accessors.ts';
import type { ByteSink } from './byte-sink.ts';
import { irregular } from './irregular.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';
import { valueWriter, type WriteUnlessZero, type WriteValue, writerUnlessZero } from './write-values.ts';

/**
 * Writes what a message has in a field, if that is anything.
 *
 * @param isInit whether it is not a message but what one is made from
 * @throws `irregular`
 */
type WriteField = (sink: ByteSink, value: unknown, isInit: boolean) => void;

/** How one field is written: a value after its tag unless it is zero, as most are, or what `write` does. */
export type FieldWriter = { readonly get: Accessor['get'] } & (
  | { readonly tag: number; readonly unlessZero: WriteUnlessZero; readonly write: undefined }
  | { readonly tag: number; readonly unlessZero: undefined; readonly write: WriteField }
);

/** How messages of one type are written. */
export interface MessagePlan {
  /** @param mayBeInit whether it may be what a message is made from @throws `irregular` */
  write(sink: ByteSink, message: unknown, mayBeInit: boolean): void;
}

type PlanOf = (desc: DescMessage) => MessagePlan;
type FieldOf<Kind extends DescField['fieldKind']> = DescField & { fieldKind: Kind };
/** Writes a value and what goes before it. */
type WriteElement = (sink: ByteSink, value: unknown, mayBeInit: boolean) => void;

export function fieldWriter(field: DescField, planOf: PlanOf): FieldWriter {
  const { localName, oneof } = field;
  const { get } = accessorOf(oneof?.localName ?? localName);
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT && field.fieldKind !== 'list' && field.fieldKind !== 'map') {
    const scalar = wireScalar(field);
    return {
      get,
      tag: tagOf(field.number, wireTypeOf(scalar)),
      unlessZero: writerUnlessZero(scalar),
      write: undefined,
    };
  }
  return { get, tag: 0, unlessZero: undefined, write: wholeWriter(field, planOf) };
}

function wholeWriter(field: DescField, planOf: PlanOf): WriteField {
  if (field.fieldKind === 'list') return listWriter(field, planOf);
  if (field.fieldKind === 'map') return mapWriter(field, planOf);
  const write = elementWriter(field, field.number, planOf);
  return field.oneof === undefined ? presentWriter(write) : oneofWriter(field.localName, write);
}

function elementWriter(field: DescField, number: number, planOf: PlanOf): WriteElement {
  if (field.message !== undefined) {
    const plan = planOf(field.message);
    const tag = tagOf(number, WireType.lengthDelimited);
    return (sink, value, mayBeInit) => {
      const start = sink.tag(tag).startLength();
      plan.write(sink, value, mayBeInit);
      sink.endLength(start);
    };
  }
  const scalar = wireScalar(field);
  const write = valueWriter(scalar);
  const tag = tagOf(number, wireTypeOf(scalar));
  return (sink, value) => {
    sink.tag(tag);
    write(sink, value);
  };
}

function presentWriter(write: WriteElement): WriteField {
  return (sink, value, isInit) => {
    if (value === undefined || (isInit && value === null)) return;
    write(sink, value, isInit);
  };
}

function oneofWriter(name: string, write: WriteElement): WriteField {
  return (sink, value, isInit) => {
    if (value === undefined || value === null) {
      if (isInit) return;
      throw irregular;
    }
    const oneof = value as { case?: unknown; value?: unknown };
    if (oneof.case === name) write(sink, oneof.value, isInit);
  };
}

function listWriter(field: FieldOf<'list'>, planOf: PlanOf): WriteField {
  const write = field.packed ? packedWriter(field) : eachWriter(elementWriter(field, field.number, planOf));
  return (sink, value, isInit) => {
    if (Array.isArray(value)) {
      if (value.length > 0) write(sink, value, isInit);
    } else if (!isInit || (value !== undefined && value !== null)) throw irregular;
  };
}

type WriteList = (sink: ByteSink, list: readonly unknown[], isInit: boolean) => void;

function eachWriter(write: WriteElement): WriteList {
  return (sink, list, isInit) => {
    for (let index = 0; index < list.length; index++) write(sink, list[index], isInit);
  };
}

function packedWriter(field: FieldOf<'list'>): WriteList {
  const tag = tagOf(field.number, WireType.lengthDelimited);
  const write = valueWriter(wireScalar(field));
  return (sink, list) => {
    const start = sink.tag(tag).startLength();
    for (let index = 0; index < list.length; index++) write(sink, list[index]);
    sink.endLength(start);
  };
}

/** Each entry as a message of a key, field 1, and a value, field 2. */
function mapWriter(field: FieldOf<'map'>, planOf: PlanOf): WriteField {
  const tag = tagOf(field.number, WireType.lengthDelimited);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const writeKey = keyWriter(field.mapKey);
  const writeValue = elementWriter(field, 2, planOf);
  return (sink, value, isInit) => {
    if (isInit && (value === undefined || value === null)) return;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw irregular;
    const map = value as Fields;
    for (const key of Object.keys(map)) {
      const start = sink.tag(tag).startLength();
      sink.tag(keyTag);
      writeKey(sink, key);
      writeValue(sink, map[key], isInit);
      sink.endLength(start);
    }
  };
}

/** The names of properties, which are what keys are, as the scalars that they stand for. */
function keyWriter(scalar: ScalarType): (sink: ByteSink, key: string) => void {
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
      return (sink, key) => write(sink, key === 'true' ? true : key === 'false' ? false : key);
    default:
      return (sink, key) => {
        if (!/^-?[0-9]+$/.test(key)) throw irregular;
        write(sink, Number(key));
      };
  }
}
