import { ScalarType } from '@bufbuild/protobuf';
import type { WireWriter } from './wire-writer.ts';

/** @throws `leaveFastPath` */
export type WriteValue = (writer: WireWriter, value: unknown) => void;

export function valueWriter(scalar: ScalarType): WriteValue {
  return writers.get(scalar) as WriteValue;
}

const writers = new Map<ScalarType, WriteValue>([
  [ScalarType.DOUBLE, (writer, value) => writer.double(value)],
  [ScalarType.FLOAT, (writer, value) => writer.float(value)],
  [ScalarType.INT64, (writer, value) => writer.int64(value)],
  [ScalarType.UINT64, (writer, value) => writer.uint64(value)],
  [ScalarType.INT32, (writer, value) => writer.int32(value)],
  [ScalarType.FIXED64, (writer, value) => writer.fixed64(value)],
  [ScalarType.FIXED32, (writer, value) => writer.fixed32(value)],
  [ScalarType.BOOL, (writer, value) => writer.bool(value)],
  [ScalarType.STRING, (writer, value) => writer.string(value)],
  [ScalarType.BYTES, (writer, value) => writer.data(value)],
  [ScalarType.UINT32, (writer, value) => writer.uint32(value)],
  [ScalarType.SFIXED32, (writer, value) => writer.sfixed32(value)],
  [ScalarType.SFIXED64, (writer, value) => writer.sfixed64(value)],
  [ScalarType.SINT32, (writer, value) => writer.sint32(value)],
  [ScalarType.SINT64, (writer, value) => writer.sint64(value)],
]);

/** Writes a tag and a value, unless the value is the default. @throws `leaveFastPath` */
export type WriteUnlessZero = (writer: WireWriter, tag: number, value: unknown) => unknown;

export function writerUnlessZero(scalar: ScalarType): WriteUnlessZero {
  return writersUnlessZero.get(scalar) as WriteUnlessZero;
}

const writersUnlessZero = new Map<ScalarType, WriteUnlessZero>([
  // -0 is not the default value.
  [ScalarType.DOUBLE, (writer, tag, value) => Object.is(value, 0) || writer.tag(tag).double(value)],
  [ScalarType.FLOAT, (writer, tag, value) => Object.is(value, 0) || writer.tag(tag).float(value)],
  [ScalarType.INT64, (writer, tag, value) => isZero64(value) || writer.tag(tag).int64(value)],
  [ScalarType.UINT64, (writer, tag, value) => isZero64(value) || writer.tag(tag).uint64(value)],
  [ScalarType.INT32, (writer, tag, value) => value === 0 || writer.tag(tag).int32(value)],
  [ScalarType.FIXED64, (writer, tag, value) => isZero64(value) || writer.tag(tag).fixed64(value)],
  [ScalarType.FIXED32, (writer, tag, value) => value === 0 || writer.tag(tag).fixed32(value)],
  [ScalarType.BOOL, (writer, tag, value) => value === false || writer.tag(tag).bool(value)],
  [ScalarType.STRING, (writer, tag, value) => value === '' || writer.tag(tag).string(value)],
  [ScalarType.BYTES, (writer, tag, value) => isEmpty(value) || writer.tag(tag).data(value)],
  [ScalarType.UINT32, (writer, tag, value) => value === 0 || writer.tag(tag).uint32(value)],
  [ScalarType.SFIXED32, (writer, tag, value) => value === 0 || writer.tag(tag).sfixed32(value)],
  [ScalarType.SFIXED64, (writer, tag, value) => isZero64(value) || writer.tag(tag).sfixed64(value)],
  [ScalarType.SINT32, (writer, tag, value) => value === 0 || writer.tag(tag).sint32(value)],
  [ScalarType.SINT64, (writer, tag, value) => isZero64(value) || writer.tag(tag).sint64(value)],
]);

function isZero64(value: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: matches 0n, 0 and strings of 0
  return value == 0;
}

function isEmpty(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === 0;
}
