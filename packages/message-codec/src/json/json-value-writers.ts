import { type DescEnum, type DescField, ScalarType } from '@bufbuild/protobuf';
import { leaveFastPath } from '../leave-fast-path.ts';

/** @returns the JSON of a value @throws `leaveFastPath` */
type ScalarJson = (value: unknown) => string;

export function scalarJson(scalar: ScalarType): ScalarJson {
  switch (scalar) {
    case ScalarType.STRING:
      return string;
    case ScalarType.BOOL:
      return bool;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return long;
    case ScalarType.BYTES:
      return () => {
        throw leaveFastPath;
      };
    default:
      return number;
  }
}

/** Enum numbers without a name are written as numbers. */
export function enumJson({ typeName, value: values }: DescEnum): ScalarJson {
  const names = new Map(Object.values(values).map((value) => [value.number, JSON.stringify(value.jsonName)]));
  return (value) => {
    if (typeName === 'google.protobuf.NullValue') throw leaveFastPath;
    return names.get(value as number) ?? number(value);
  };
}

/** @returns whether a value is the default of a field; may be false for an invalid value, which is refused later */
export function isZeroOf({ scalar, enum: desc }: DescField): (value: unknown) => boolean {
  const first = desc?.values[0]?.number;
  if (first !== undefined) return (value) => value === first;
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => value === '';
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.length === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      // -0 is not the default value.
      return (value) => Object.is(value, 0);
    default:
      // biome-ignore lint/suspicious/noDoubleEquals: matches 0n, 0 and strings of 0
      return (value) => value == 0;
  }
}

/** Characters other than ", \, control characters and surrogates, which JSON takes as they are. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function string(value: unknown): string {
  if (typeof value !== 'string') throw leaveFastPath;
  return plain.test(value) ? `"${value}"` : JSON.stringify(value);
}

function bool(value: unknown): string {
  if (typeof value !== 'boolean') throw leaveFastPath;
  return value ? 'true' : 'false';
}

/** protobuf-es does not check the range of numbers. */
function number(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw leaveFastPath;
  return `${value}`;
}

function long(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return `"${value}"`;
  return string(value);
}
