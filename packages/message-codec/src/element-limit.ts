import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { leaveFastPath } from './leave-fast-path.ts';
import { maxDepth } from './max-depth.ts';
import { WireReader } from './wire-reader.ts';
import { tagOf, WireType, wireScalar, wireTypeOf } from './wire-type.ts';

const reader = new WireReader();
const counters = new WeakMap<DescMessage, ElementCounter>();

/**
 * Returns a function that checks whether a message has more than `max` elements: fields at all levels, known or
 * unknown, and items of packed lists. The function creates no objects, and stops at the limit. An element takes at
 * least one byte.
 *
 * @throws if the message is invalid, or if a known field has a wire type that its declaration does not allow
 */
export function elementLimit(schema: DescMessage): (bytes: Uint8Array, max: number) => boolean {
  let counter: ElementCounter | undefined;
  return (bytes, max) => {
    counter ??= ElementCounter.of(schema);
    reader.begin(bytes, 0, bytes.length);
    try {
      return counter.spend(reader, bytes.length, max, 1) < 0;
    } catch (error) {
      if (error !== leaveFastPath) throw error;
      throw new Error(`cannot decode ${schema.typeName}: it is invalid at byte ${reader.at}`);
    }
  };
}

/**
 * Reads the value of a field, including all fields in it, after the tag has been read.
 *
 * @param left the number of elements that are still allowed
 * @returns the rest of this number; below 0 if there were too many elements
 * @throws `leaveFastPath`
 */
type Spend = (reader: WireReader, end: number, left: number, depth: number) => number;

/** Counts the elements of messages of one type. */
class ElementCounter {
  readonly #byTag = new Map<number, Spend>();
  readonly #numbers = new Set<number>();

  static of(schema: DescMessage): ElementCounter {
    const counter = counters.get(schema) ?? new ElementCounter();
    // The counter is stored before the fields of its type are read, because a type may be recursive.
    if (!counters.has(schema)) {
      counters.set(schema, counter);
      for (const field of schema.fields) counter.#add(field.number, spendersOf(field));
    }
    return counter;
  }

  /** Counts the entries of a map with these keys and values. */
  static ofEntries(key: Spenders, value: Spenders): ElementCounter {
    const counter = new ElementCounter();
    counter.#add(1, key);
    counter.#add(2, value);
    return counter;
  }

  #add(number: number, spenders: Spenders): void {
    this.#numbers.add(number);
    for (const [wireType, spend] of spenders) this.#byTag.set(tagOf(number, wireType), spend);
  }

  /** @param group the field number of a group, which ends with its end tag; 0 for a message, which ends at `end` */
  spend(reader: WireReader, end: number, max: number, depth: number, group = 0): number {
    if (depth > maxDepth) throw leaveFastPath;
    let left = max;
    while (reader.at < end && left >= 0) {
      const tag = reader.tag();
      const number = tag >>> 3;
      const wireType = tag & 7;
      if (number === 0) throw leaveFastPath;
      if (wireType === WireType.endGroup) {
        if (number !== group) throw leaveFastPath;
        return left;
      }
      left--;
      const spend = this.#byTag.get(tag);
      if (spend !== undefined) left = spend(reader, end, left, depth);
      else if (this.#numbers.has(number)) throw leaveFastPath;
      else if (wireType === WireType.startGroup) left = unknown.spend(reader, end, left, depth + 1, number);
      else reader.pass(wireType);
    }
    if (group !== 0 && left >= 0) throw leaveFastPath;
    return left;
  }
}

/** Counts the elements of unknown groups. */
const unknown = new ElementCounter();

/** The wire types that a field may have. */
type Spenders = readonly (readonly [wireType: number, spend: Spend])[];

function spendersOf(field: DescField): Spenders {
  if (field.fieldKind === 'map') {
    const value = field.message === undefined ? scalarSpenders(field) : messageSpenders(field.message);
    const keyType = wireTypeOf(field.mapKey);
    const entries = ElementCounter.ofEntries([[keyType, passing(keyType)]], value);
    return [[WireType.lengthDelimited, (reader, _, left, depth) => entries.spend(reader, reader.end(), left, depth)]];
  }
  if (field.message === undefined) return scalarSpenders(field);
  if (field.delimitedEncoding !== true) return messageSpenders(field.message);
  const { message, number } = field;
  const group: Spend = (reader, end, left, depth) =>
    ElementCounter.of(message).spend(reader, end, left, depth + 1, number);
  return [[WireType.startGroup, group]];
}

function messageSpenders(schema: DescMessage): Spenders {
  const message: Spend = (reader, _, left, depth) =>
    ElementCounter.of(schema).spend(reader, reader.end(), left, depth + 1);
  return [[WireType.lengthDelimited, message]];
}

function scalarSpenders(field: DescField): Spenders {
  const wireType = wireTypeOf(wireScalar(field));
  const one = [wireType, passing(wireType)] as const;
  if (field.fieldKind !== 'list' || wireType === WireType.lengthDelimited) return [one];
  const packed: Spend = (reader, _, max) => {
    const end = reader.end();
    let left = max;
    for (; reader.at < end && left >= 0; left--) reader.pass(wireType);
    return left;
  };
  return [one, [WireType.lengthDelimited, packed]];
}

function passing(wireType: number): Spend {
  return (reader, _, left) => {
    reader.pass(wireType);
    return left;
  };
}
