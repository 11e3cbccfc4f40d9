import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import { leaveFastPath } from '../leave-fast-path.ts';

/**
 * Reads a value that `JSON.parse` returned.
 *
 * @param depth the nesting depth, if the value is a message
 * @param members counts the members of all objects
 * @throws `leaveFastPath`
 */
export type ReadJson = (json: unknown, depth: number, members: { count: number }) => unknown;

/** @param longAsString whether 64-bit integers are read as strings */
export function scalarReader(scalar: ScalarType, longAsString: boolean): ReadJson {
  switch (scalar) {
    case ScalarType.STRING:
      return string;
    case ScalarType.BOOL:
      return bool;
    case ScalarType.DOUBLE:
      return double;
    case ScalarType.FLOAT:
      return float;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return int32;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return uint32;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return longReader(/^(?:0|-?[1-9][0-9]{0,18})$/, BigInt.asIntN, longAsString);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return longReader(/^(?:0|[1-9][0-9]{0,19})$/, BigInt.asUintN, longAsString);
    case ScalarType.BYTES:
      return () => {
        throw leaveFastPath;
      };
  }
}

export function enumReader({ values }: DescEnum): ReadJson {
  // A name takes precedence over an equal JSON name of another value.
  const numbers = new Map(values.map(({ jsonName, number }) => [jsonName, number]));
  for (const { name, number } of values) numbers.set(name, number);
  return (json) => {
    if (typeof json !== 'string') return int32(json);
    const number = numbers.get(json);
    if (number === undefined) throw leaveFastPath;
    return number;
  };
}

function string(json: unknown): string {
  if (typeof json !== 'string' || !json.isWellFormed()) throw leaveFastPath;
  return json;
}

function bool(json: unknown): boolean {
  if (typeof json !== 'boolean') throw leaveFastPath;
  return json;
}

function double(json: unknown): number {
  if (typeof json !== 'number' || !Number.isFinite(json)) throw leaveFastPath;
  return json;
}

function float(json: unknown): number {
  if (typeof json !== 'number' || !Number.isFinite(Math.fround(json))) throw leaveFastPath;
  return json;
}

function int32(json: unknown): number {
  if (typeof json !== 'number' || json !== (json | 0)) throw leaveFastPath;
  return json;
}

function uint32(json: unknown): number {
  if (typeof json !== 'number' || json !== json >>> 0) throw leaveFastPath;
  return json;
}

/** @param wrap wraps an integer to the range of the type */
function longReader(pattern: RegExp, wrap: typeof BigInt.asIntN, longAsString: boolean): ReadJson {
  return (json) => {
    if (typeof json !== 'string' || !pattern.test(json)) throw leaveFastPath;
    // Numbers with so few digits are always in range.
    if (longAsString && json.length <= 18) return json;
    const integer = BigInt(json);
    if (wrap(64, integer) !== integer) throw leaveFastPath;
    return longAsString ? json : integer;
  };
}
