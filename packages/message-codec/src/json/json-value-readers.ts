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
      return longAsString ? int64Text : int64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return longAsString ? uint64Text : uint64;
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

function int64(json: unknown): bigint {
  if (typeof json !== 'string' || !/^-?[0-9]{1,19}$/.test(json)) throw leaveFastPath;
  const integer = BigInt(json);
  if (BigInt.asIntN(64, integer) !== integer) throw leaveFastPath;
  return integer;
}

function uint64(json: unknown): bigint {
  if (typeof json !== 'string' || !/^[0-9]{1,20}$/.test(json)) throw leaveFastPath;
  const integer = BigInt(json);
  if (BigInt.asUintN(64, integer) !== integer) throw leaveFastPath;
  return integer;
}

/** Texts of up to 18 digits are in range. */
function int64Text(json: unknown): string {
  if (typeof json !== 'string' || !/^-?[0-9]{1,18}$/.test(json)) int64(json);
  return json as string;
}

function uint64Text(json: unknown): string {
  if (typeof json !== 'string' || !/^[0-9]{1,18}$/.test(json)) uint64(json);
  return json as string;
}
