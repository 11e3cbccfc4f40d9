import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { Fields } from './accessors.ts';
import type { ByteSink } from './byte-sink.ts';
import { irregular } from './irregular.ts';
import { type FieldWriter, fieldWriter, type MessagePlan } from './write-fields.ts';

const plans = new WeakMap<DescMessage, WritePlan>();

/** How messages of one type are written. */
export class WritePlan implements MessagePlan {
  readonly #typeName: string;
  readonly #fields: readonly FieldWriter[];

  /** The plan for a type; there is one for each. */
  static of(schema: DescMessage): WritePlan {
    return plans.get(schema) ?? new WritePlan(schema);
  }

  private constructor(schema: DescMessage) {
    // Types may have themselves as fields.
    plans.set(schema, this);
    this.#typeName = schema.typeName;
    const sorted = schema.fields.toSorted((one, other) => one.number - other.number);
    this.#fields = sorted.map((field: DescField) => fieldWriter(field, WritePlan.of));
  }

  write(sink: ByteSink, message: unknown, mayBeInit: boolean): void {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) throw irregular;
    const isInit = (message as Fields)['$typeName'] !== this.#typeName;
    if (isInit ? !mayBeInit : Object.getPrototypeOf(message) !== Object.prototype) throw irregular;
    const fields = this.#fields;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as FieldWriter;
      const value = field.get(message as Fields);
      if (field.unlessZero === undefined) field.write(sink, value, isInit);
      else if (!isInit || (value !== undefined && value !== null)) field.unlessZero(sink, field.tag, value);
    }
    if (!isInit) writeUnknown(sink, (message as Fields)['$unknown']);
  }
}

function writeUnknown(sink: ByteSink, unknown: unknown): void {
  if (unknown === undefined) return;
  if (!Array.isArray(unknown)) throw irregular;
  for (const { no, wireType, data } of unknown) {
    if (!Number.isInteger(no) || !Number.isInteger(wireType) || !(data instanceof Uint8Array)) throw irregular;
    sink.uint32(((no << 3) | wireType) >>> 0);
    sink.raw(data);
  }
}
