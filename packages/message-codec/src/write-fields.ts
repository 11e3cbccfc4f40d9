import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { accessorOf, type Fields } from './accessors.ts';
import type { ByteSink } from './byte-sink.ts';
import { irregular } from './irregular.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';
import { valueWriter, type WriteValue, zeroTest } from './write-values.ts';

/**
 * Writes a field of a message, if it is there.
 *
 * @param isInit whether it is not a message but what one is made from
 * @throws `irregular`
 */
export type WriteField = (sink: ByteSink, message: Fields, isInit: boolean) => void;

/** How messages of one type are written. */
export interface MessagePlan {
  /** @param mayBeInit whether it may be what a message is made from @throws `irregular` */
  write(sink: ByteSink, message: unknown, mayBeInit: boolean): void;
}

type PlanOf = (desc: DescMessage) => MessagePlan;
type FieldOf<Kind extends DescField['fieldKind']> = DescField & { fieldKind: Kind };
/** Writes a value and what goes before it. */
type WriteElement = (sink: ByteSink, value: unknown, mayBeInit: boolean) => void;

export function fieldWriter(field: DescField, planOf: PlanOf): WriteField {
  switch (field.fieldKind) {
    case 'list':
      return listWriter(field, planOf);
    case 'map':
      return mapWriter(field, planOf);
    default:
      return field.oneof === undefined
        ? singleWriter(field, elementWriter(field, field.number, planOf))
        : oneofWriter(field, field.oneof.localName, elementWriter(field, field.number, planOf));
  }
}

function elementWriter(field: DescField, number: number, planOf: PlanOf): WriteElement {
  if (field.message !== undefined) {
    const plan = planOf(field.message);
    const tag = tagOf(number, WireType.lengthDelimited);
    return (sink, value, mayBeInit) => {
      sink.tag(tag);
      const start = sink.startLength();
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

function singleWriter(field: FieldOf<'scalar' | 'enum' | 'message'>, write: WriteElement): WriteField {
  const { get } = accessorOf(field.localName);
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT) {
    const isZero = zeroTest(wireScalar(field));
    return (sink, message, isInit) => {
      const value = get(message);
      if (isZero(value) || (isInit && isAbsent(value))) return;
      write(sink, value, isInit);
    };
  }
  return (sink, message, isInit) => {
    const value = get(message);
    if (value === undefined || (isInit && value === null)) return;
    write(sink, value, isInit);
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function oneofWriter({ localName }: DescField, oneofName: string, write: WriteElement): WriteField {
  const { get } = accessorOf(oneofName);
  return (sink, message, isInit) => {
    const oneof = get(message) as { case?: unknown; value?: unknown } | undefined | null;
    if (isAbsent(oneof)) {
      if (isInit) return;
      throw irregular;
    }
    if (oneof?.case === localName) write(sink, oneof.value, isInit);
  };
}

function listWriter(field: FieldOf<'list'>, planOf: PlanOf): WriteField {
  const { get } = accessorOf(field.localName);
  const write = field.packed ? packedWriter(field) : eachWriter(elementWriter(field, field.number, planOf));
  return (sink, message, isInit) => {
    const list = get(message);
    if (Array.isArray(list)) {
      if (list.length > 0) write(sink, list, isInit);
    } else if (!isInit || !isAbsent(list)) throw irregular;
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
    sink.tag(tag);
    const start = sink.startLength();
    for (let index = 0; index < list.length; index++) write(sink, list[index]);
    sink.endLength(start);
  };
}

/** Each entry as a message of a key, field 1, and a value, field 2. */
function mapWriter(field: FieldOf<'map'>, planOf: PlanOf): WriteField {
  const { get } = accessorOf(field.localName);
  const tag = tagOf(field.number, WireType.lengthDelimited);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const writeKey = keyWriter(field.mapKey);
  const writeValue = elementWriter(field, 2, planOf);
  return (sink, message, isInit) => {
    const map = get(message) as Fields | undefined | null;
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      if (isInit && isAbsent(map)) return;
      throw irregular;
    }
    for (const key of Object.keys(map)) {
      sink.tag(tag);
      const start = sink.startLength();
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
