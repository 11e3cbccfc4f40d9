import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { Fields } from './accessors.ts';
import { type FieldWriter, fieldWriter, type NestedEncoder } from './field-writers.ts';
import { isInitOf } from './init-values.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import type { WireWriter } from './wire-writer.ts';

const encoders = new WeakMap<DescMessage, MessageEncoder>();

/** Encodes messages of one type. */
export class MessageEncoder implements NestedEncoder {
  readonly #typeName: string;
  readonly #fields: readonly FieldWriter[];

  /** @returns the only encoder of the type */
  static of(schema: DescMessage): MessageEncoder {
    return encoders.get(schema) ?? new MessageEncoder(schema);
  }

  private constructor(schema: DescMessage) {
    // The encoder is added before its field writers are created, because a type may contain itself.
    encoders.set(schema, this);
    this.#typeName = schema.typeName;
    const sorted = schema.fields.toSorted((one, other) => one.number - other.number);
    this.#fields = sorted.map((field: DescField) => fieldWriter(field, MessageEncoder.of));
  }

  encode(writer: WireWriter, message: unknown, mayBeInit: boolean): void {
    const isInit = isInitOf(message, this.#typeName, mayBeInit);
    const fields = this.#fields;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as FieldWriter;
      const value = field.get(message as Fields);
      if (field.unlessZero === undefined) field.write(writer, value, isInit);
      else if (!isInit || (value !== undefined && value !== null)) field.unlessZero(writer, field.tag, value);
    }
    if (!isInit) writeUnknown(writer, (message as Fields)['$unknown']);
  }
}

function writeUnknown(writer: WireWriter, unknown: unknown): void {
  if (unknown === undefined) return;
  if (!Array.isArray(unknown)) throw leaveFastPath;
  for (const { no, wireType, data } of unknown) {
    if (!Number.isInteger(no) || !Number.isInteger(wireType) || !(data instanceof Uint8Array)) throw leaveFastPath;
    writer.uint32(((no << 3) | wireType) >>> 0);
    writer.raw(data);
  }
}
