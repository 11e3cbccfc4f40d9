import { ScalarType } from '@bufbuild/protobuf';
import type { ByteSink } from './byte-sink.ts';

/** @throws `irregular` */
export type WriteValue = (sink: ByteSink, value: unknown) => void;

export function valueWriter(scalar: ScalarType): WriteValue {
  return writers.get(scalar) as WriteValue;
}

const writers = new Map<ScalarType, WriteValue>([
  [ScalarType.DOUBLE, (sink, value) => sink.double(value)],
  [ScalarType.FLOAT, (sink, value) => sink.float(value)],
  [ScalarType.INT64, (sink, value) => sink.int64(value)],
  [ScalarType.UINT64, (sink, value) => sink.uint64(value)],
  [ScalarType.INT32, (sink, value) => sink.int32(value)],
  [ScalarType.FIXED64, (sink, value) => sink.fixed64(value)],
  [ScalarType.FIXED32, (sink, value) => sink.fixed32(value)],
  [ScalarType.BOOL, (sink, value) => sink.bool(value)],
  [ScalarType.STRING, (sink, value) => sink.string(value)],
  [ScalarType.BYTES, (sink, value) => sink.data(value)],
  [ScalarType.UINT32, (sink, value) => sink.uint32(value)],
  [ScalarType.SFIXED32, (sink, value) => sink.sfixed32(value)],
  [ScalarType.SFIXED64, (sink, value) => sink.sfixed64(value)],
  [ScalarType.SINT32, (sink, value) => sink.sint32(value)],
  [ScalarType.SINT64, (sink, value) => sink.sint64(value)],
]);

/** Whether a value is not written, because it is what an absent field has. */
export function zeroTest(scalar: ScalarType): (value: unknown) => boolean {
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => value === '';
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.length === 0;
    // -0 is another number.
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => Object.is(value, 0);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      // biome-ignore lint/suspicious/noDoubleEquals: 0n, 0 and each text of it
      return (value) => value == 0;
    default:
      return (value) => value === 0;
  }
}
