import { ScalarType } from '@bufbuild/protobuf';
import type { WireReader } from './wire-reader.ts';

export type ReadValue = (reader: WireReader) => unknown;

/** @param longAsString whether 64-bit integers are read as strings */
export function valueReader(scalar: ScalarType, longAsString: boolean): ReadValue {
  return (longAsString ? readTexts.get(scalar) : undefined) ?? (readers.get(scalar) as ReadValue);
}

const readers = new Map<ScalarType, ReadValue>([
  [ScalarType.DOUBLE, (reader) => reader.double()],
  [ScalarType.FLOAT, (reader) => reader.float()],
  [ScalarType.INT64, (reader) => reader.int64()],
  [ScalarType.UINT64, (reader) => reader.uint64()],
  [ScalarType.INT32, (reader) => reader.int32()],
  [ScalarType.FIXED64, (reader) => reader.fixed64()],
  [ScalarType.FIXED32, (reader) => reader.fixed32()],
  [ScalarType.BOOL, (reader) => reader.bool()],
  [ScalarType.STRING, (reader) => reader.string()],
  [ScalarType.BYTES, (reader) => reader.data()],
  [ScalarType.UINT32, (reader) => reader.uint32()],
  [ScalarType.SFIXED32, (reader) => reader.sfixed32()],
  [ScalarType.SFIXED64, (reader) => reader.sfixed64()],
  [ScalarType.SINT32, (reader) => reader.sint32()],
  [ScalarType.SINT64, (reader) => reader.sint64()],
]);

const readTexts = new Map<ScalarType, ReadValue>([
  [ScalarType.INT64, (reader) => reader.int64Text()],
  [ScalarType.UINT64, (reader) => reader.uint64Text()],
  [ScalarType.SINT64, (reader) => reader.sint64Text()],
  [ScalarType.FIXED64, (reader) => reader.fixed64Text()],
  [ScalarType.SFIXED64, (reader) => reader.sfixed64Text()],
]);
