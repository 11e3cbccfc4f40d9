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

/** Writes a tag and a value, unless it is what an absent field has. @throws `irregular` */
export type WriteUnlessZero = (sink: ByteSink, tag: number, value: unknown) => unknown;

export function writerUnlessZero(scalar: ScalarType): WriteUnlessZero {
  return writersUnlessZero.get(scalar) as WriteUnlessZero;
}

const writersUnlessZero = new Map<ScalarType, WriteUnlessZero>([
  // -0 is another number.
  [ScalarType.DOUBLE, (sink, tag, value) => Object.is(value, 0) || sink.tag(tag).double(value)],
  [ScalarType.FLOAT, (sink, tag, value) => Object.is(value, 0) || sink.tag(tag).float(value)],
  [ScalarType.INT64, (sink, tag, value) => isZero64(value) || sink.tag(tag).int64(value)],
  [ScalarType.UINT64, (sink, tag, value) => isZero64(value) || sink.tag(tag).uint64(value)],
  [ScalarType.INT32, (sink, tag, value) => value === 0 || sink.tag(tag).int32(value)],
  [ScalarType.FIXED64, (sink, tag, value) => isZero64(value) || sink.tag(tag).fixed64(value)],
  [ScalarType.FIXED32, (sink, tag, value) => value === 0 || sink.tag(tag).fixed32(value)],
  [ScalarType.BOOL, (sink, tag, value) => value === false || sink.tag(tag).bool(value)],
  [ScalarType.STRING, (sink, tag, value) => value === '' || sink.tag(tag).string(value)],
  [ScalarType.BYTES, (sink, tag, value) => isEmpty(value) || sink.tag(tag).data(value)],
  [ScalarType.UINT32, (sink, tag, value) => value === 0 || sink.tag(tag).uint32(value)],
  [ScalarType.SFIXED32, (sink, tag, value) => value === 0 || sink.tag(tag).sfixed32(value)],
  [ScalarType.SFIXED64, (sink, tag, value) => isZero64(value) || sink.tag(tag).sfixed64(value)],
  [ScalarType.SINT32, (sink, tag, value) => value === 0 || sink.tag(tag).sint32(value)],
  [ScalarType.SINT64, (sink, tag, value) => isZero64(value) || sink.tag(tag).sint64(value)],
]);

function isZero64(value: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: 0n, 0 and each text of it
  return value == 0;
}

function isEmpty(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === 0;
}
