import { type DescField, ScalarType } from '@bufbuild/protobuf';

/** Wire types (https://protobuf.dev/programming-guides/encoding/#structure). */
export const WireType = { varint: 0, bit64: 1, lengthDelimited: 2, startGroup: 3, endGroup: 4, bit32: 5 } as const;

/** The scalar type by which a scalar or enum field is encoded. */
export function wireScalar(field: DescField): ScalarType {
  return field.scalar ?? ScalarType.INT32;
}

export function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.lengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.bit32;
    default:
      return WireType.varint;
  }
}

export function tagOf(fieldNumber: number, wireType: number): number {
  return ((fieldNumber << 3) | wireType) >>> 0;
}
