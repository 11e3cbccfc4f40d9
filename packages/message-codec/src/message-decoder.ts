import type { DescMessage } from '@bufbuild/protobuf';
import type { Fields } from './accessors.ts';
import { type FieldReader, fieldReaders, type NestedDecoder } from './field-readers.ts';
import { leaveFastPath } from './leave-fast-path.ts';
import { maxDepth } from './max-depth.ts';
import { messageCreator } from './message-creator.ts';
import type { WireReader } from './wire-reader.ts';

/** Readers of fields with tags below this are in an array, others in a map. */
const denseTags = 1_024;

type Unknown = { no: number; wireType: number; data: Uint8Array };

const decoders = new WeakMap<DescMessage, MessageDecoder>();

/** Decodes messages of one type. */
export class MessageDecoder implements NestedDecoder {
  /** The field readers by tag. */
  readonly #dense: (FieldReader | undefined)[] = [];
  readonly #sparse = new Map<number, FieldReader>();
  readonly #numbers: ReadonlySet<number>;
  /** Creates an empty message. */
  readonly create: () => Fields;

  /** @returns the only decoder of the type */
  static of(schema: DescMessage): MessageDecoder {
    return decoders.get(schema) ?? new MessageDecoder(schema);
  }

  private constructor(schema: DescMessage) {
    // The decoder is added before its field readers are created, because a type may contain itself.
    decoders.set(schema, this);
    this.create = messageCreator(schema);
    this.#numbers = new Set(schema.fields.map(({ number }) => number));
    const byTag = schema.fields.flatMap((field) => fieldReaders(field, MessageDecoder.of));
    const last = Math.max(0, ...byTag.map(([tag]) => tag).filter((tag) => tag < denseTags));
    this.#dense = new Array(last + 1).fill(undefined);
    for (const [tag, read] of byTag) {
      if (tag < denseTags) this.#dense[tag] = read;
      else this.#sparse.set(tag, read);
    }
  }

  decode(reader: WireReader, end: number, message: Fields, depth: number): void {
    if (depth > maxDepth) throw leaveFastPath;
    let unknown: Unknown[] | undefined;
    while (reader.at < end) {
      const tag = reader.tag();
      const field = tag < this.#dense.length ? this.#dense[tag] : this.#sparse.get(tag);
      if (field?.value !== undefined) field.set(message, field.value(reader));
      else if (field !== undefined) field.read(reader, message, depth);
      else {
        unknown ??= (message['$unknown'] as Unknown[] | undefined) ?? [];
        unknown.push(this.#unknown(tag, reader));
      }
    }
    if (unknown !== undefined) message['$unknown'] = unknown;
  }

  #unknown(tag: number, reader: WireReader): Unknown {
    const no = tag >>> 3;
    if (no === 0 || this.#numbers.has(no)) throw leaveFastPath;
    const wireType = tag & 7;
    return { no, wireType, data: reader.skip(wireType) };
  }
}
