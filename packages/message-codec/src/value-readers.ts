import { ScalarType } from '@bufbuild/protobuf';
import type { ByteSource } from './byte-source.ts';

export type ReadValue = (source: ByteSource) => unknown;

/** @param longAsString whether integers of 64 bits are texts */
export function valueReader(scalar: ScalarType, longAsString: boolean): ReadValue {
  return (longAsString ? readTexts.get(scalar) : undefined) ?? (readers.get(scalar) as ReadValue);
}

const readers = new Map<ScalarType, ReadValue>([
  [ScalarType.DOUBLE, (source) => source.double()],
  [ScalarType.FLOAT, (source) => source.float()],
  [ScalarType.INT64, (source) => source.int64()],
  [ScalarType.UINT64, (source) => source.uint64()],
  [ScalarType.INT32, (source) => source.int32()],
  [ScalarType.FIXED64, (source) => source.fixed64()],
  [ScalarType.FIXED32, (source) => source.fixed32()],
  [ScalarType.BOOL, (source) => source.bool()],
  [ScalarType.STRING, (source) => source.string()],
  [ScalarType.BYTES, (source) => source.data()],
  [ScalarType.UINT32, (source) => source.uint32()],
  [ScalarType.SFIXED32, (source) => source.sfixed32()],
  [ScalarType.SFIXED64, (source) => source.sfixed64()],
  [ScalarType.SINT32, (source) => source.sint32()],
  [ScalarType.SINT64, (source) => source.sint64()],
]);

const readTexts = new Map<ScalarType, ReadValue>([
  [ScalarType.INT64, (source) => source.int64Text()],
  [ScalarType.UINT64, (source) => source.uint64Text()],
  [ScalarType.SINT64, (source) => source.sint64Text()],
  [ScalarType.FIXED64, (source) => source.fixed64Text()],
  [ScalarType.SFIXED64, (source) => source.sfixed64Text()],
]);
