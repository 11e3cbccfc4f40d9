import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { type Accessor, accessorOf, type Fields } from './accessors.ts';
import type { ByteSource } from './byte-source.ts';
import { irregular } from './irregular.ts';
import { type ReadValue, valueReader } from './read-values.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';

/** Adds a value, whose tag has been read, to a message. @throws `irregular` */
type ReadField = (source: ByteSource, message: Fields, depth: number) => void;

/** How one field is read: a value that is set, which most are, or what `read` does. */
export type FieldReader =
  | { readonly value: ReadValue; readonly set: Accessor['set']; readonly read: undefined }
  | { readonly value: undefined; readonly set: undefined; readonly read: ReadField };

/** How messages of one type are read. */
export interface MessagePlan {
  /** A message without fields. */
  make(): Fields;
  /** Adds what comes until `end` to a message. @param depth of the message @throws `irregular` */
  read(source: ByteSource, end: number, message: Fields, depth: number): void;
}

type PlanOf = (desc: DescMessage) => MessagePlan;
type FieldOf<Kind extends DescField['fieldKind']> = DescField & { fieldKind: Kind };
type ListField = FieldOf<'list'>;
type Oneof = { case: string | undefined; value?: unknown };

/** The readers of a field by the tags that it may have. */
export function fieldReaders(field: DescField, planOf: PlanOf): [tag: number, FieldReader][] {
  const { number } = field;
  switch (field.fieldKind) {
    case 'scalar':
    case 'enum':
      return [[tagOf(number, wireTypeOf(wireScalar(field))), singleReader(field)]];
    case 'message':
      return [[tagOf(number, WireType.lengthDelimited), byItself(messageReader(field, planOf(field.message)))]];
    case 'map':
      return [[tagOf(number, WireType.lengthDelimited), byItself(mapReader(field, planOf))]];
    case 'list':
      return field.listKind === 'message'
        ? [[tagOf(number, WireType.lengthDelimited), byItself(messagesReader(field, planOf(field.message)))]]
        : listReaders(field);
  }
}

function singleReader(field: FieldOf<'scalar' | 'enum'>): FieldReader {
  const value = valueReader(wireScalar(field), field.fieldKind === 'scalar' && field.longAsString);
  const { localName, oneof } = field;
  if (oneof === undefined) {
    const { set } = accessorOf(localName);
    return { value, set, read: undefined };
  }
  const { set } = accessorOf(oneof.localName);
  return byItself((source, message) => set(message, { case: localName, value: value(source) }));
}

/** One that comes again is merged with the one before. */
function messageReader({ localName, oneof }: FieldOf<'message'>, plan: MessagePlan): ReadField {
  if (oneof === undefined) {
    const { get, set } = accessorOf(localName);
    return (source, message, depth) => {
      const child = (get(message) as Fields | undefined) ?? plan.make();
      plan.read(source, source.end(), child, depth + 1);
      set(message, child);
    };
  }
  const { get, set } = accessorOf(oneof.localName);
  return (source, message, depth) => {
    const before = get(message) as Oneof;
    const child = before.case === localName ? (before.value as Fields) : plan.make();
    plan.read(source, source.end(), child, depth + 1);
    set(message, { case: localName, value: child });
  };
}

function messagesReader({ localName }: ListField, plan: MessagePlan): ReadField {
  const { get } = accessorOf(localName);
  return (source, message, depth) => {
    const child = plan.make();
    plan.read(source, source.end(), child, depth + 1);
    (get(message) as unknown[]).push(child);
  };
}

/** Numbers are taken packed and one by one, whatever the field says. */
function listReaders(field: ListField): [tag: number, FieldReader][] {
  const { get } = accessorOf(field.localName);
  const scalar = wireScalar(field);
  const value = valueReader(scalar, field.listKind === 'scalar' && field.longAsString);
  const wireType = wireTypeOf(scalar);
  const one: ReadField = (source, message) => {
    (get(message) as unknown[]).push(value(source));
  };
  if (wireType === WireType.lengthDelimited) return [[tagOf(field.number, wireType), byItself(one)]];
  const packed: ReadField = (source, message) => {
    const list = get(message) as unknown[];
    const end = source.end();
    while (source.at < end) list.push(value(source));
  };
  return [
    [tagOf(field.number, wireType), byItself(one)],
    [tagOf(field.number, WireType.lengthDelimited), byItself(packed)],
  ];
}

/** An entry has its key, then its value; those that are zero may be left out. */
function mapReader(field: FieldOf<'map'>, planOf: PlanOf): ReadField {
  const { get } = accessorOf(field.localName);
  const key = valueReader(field.mapKey, false);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const zeroKey = String(scalarZeroValue(field.mapKey, false));
  const { wireType, read, zero } = entryValue(field, planOf);
  const valueTag = tagOf(2, wireType);
  return (source, message, depth) => {
    const end = source.end();
    const name = source.takes(keyTag, end) ? String(key(source)) : zeroKey;
    const value = source.takes(valueTag, end) ? read(source, depth) : zero();
    // Other fields or another order; and the one name that cannot be set as others are.
    if (source.at !== end || name === '__proto__') throw irregular;
    (get(message) as Fields)[name] = value;
  };
}

interface EntryValue {
  readonly wireType: number;
  readonly read: (source: ByteSource, depth: number) => unknown;
  readonly zero: () => unknown;
}

function entryValue(field: FieldOf<'map'>, planOf: PlanOf): EntryValue {
  if (field.mapKind === 'message') {
    const plan = planOf(field.message);
    const read = (source: ByteSource, depth: number) => {
      const message = plan.make();
      plan.read(source, source.end(), message, depth + 1);
      return message;
    };
    return { wireType: WireType.lengthDelimited, read, zero: () => plan.make() };
  }
  const scalar = wireScalar(field);
  const zero = field.mapKind === 'enum' ? () => field.enum.values[0]?.number : () => scalarZeroValue(scalar, false);
  return { wireType: wireTypeOf(scalar), read: valueReader(scalar, false), zero };
}

function byItself(read: ReadField): FieldReader {
  return { value: undefined, set: undefined, read };
}
