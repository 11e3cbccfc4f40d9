import { create, type DescMessage } from '@bufbuild/protobuf';
import { accessorOf, type Clone, type Fields, newClone } from './accessors.ts';
import type { ByteSource } from './byte-source.ts';
import { irregular } from './irregular.ts';
import { type FieldReader, fieldReaders, type MessagePlan } from './read-fields.ts';

/** As in protobuf-es: how deep messages may lie in each other, the outermost included. */
const maxDepth = 100;
/** Fields with smaller tags are found by place. */
const denseTags = 1_024;

type Unknown = { no: number; wireType: number; data: Uint8Array };

const plans = new WeakMap<DescMessage, ReadPlan>();

/** How messages of one type are read. */
export class ReadPlan implements MessagePlan {
  /** The field readers by tag, below `denseTags` and above. */
  readonly #dense: (FieldReader | undefined)[] = [];
  readonly #sparse = new Map<number, FieldReader>();
  readonly #numbers: ReadonlySet<number>;
  readonly #zero: Fields;
  readonly #clone: Clone = newClone();
  /** What messages do not share. */
  readonly #renew: readonly ((message: Fields) => void)[];

  /** The plan for a type; there is one for each. */
  static of(schema: DescMessage): ReadPlan {
    return plans.get(schema) ?? new ReadPlan(schema);
  }

  private constructor(schema: DescMessage) {
    // Types may have themselves as fields.
    plans.set(schema, this);
    this.#zero = { ...create(schema) };
    this.#numbers = new Set(schema.fields.map(({ number }) => number));
    this.#renew = schema.members.flatMap(renewOf);
    const byTag = schema.fields.flatMap((field) => fieldReaders(field, ReadPlan.of));
    const last = Math.max(0, ...byTag.map(([tag]) => tag).filter((tag) => tag < denseTags));
    this.#dense = new Array(last + 1).fill(undefined);
    for (const [tag, read] of byTag) {
      if (tag < denseTags) this.#dense[tag] = read;
      else this.#sparse.set(tag, read);
    }
  }

  make(): Fields {
    const message = this.#clone(this.#zero);
    const renew = this.#renew;
    for (let index = 0; index < renew.length; index++) (renew[index] as (message: Fields) => void)(message);
    return message;
  }

  read(source: ByteSource, end: number, message: Fields, depth: number): void {
    if (depth > maxDepth) throw irregular;
    let unknown: Unknown[] | undefined;
    while (source.at < end) {
      const tag = source.tag();
      const field = tag < this.#dense.length ? this.#dense[tag] : this.#sparse.get(tag);
      if (field?.value !== undefined) field.set(message, field.value(source));
      else if (field !== undefined) field.read(source, message, depth);
      else {
        unknown ??= (message['$unknown'] as Unknown[] | undefined) ?? [];
        unknown.push(this.#unknown(tag, source));
      }
    }
    if (unknown !== undefined) message['$unknown'] = unknown;
  }

  #unknown(tag: number, source: ByteSource): Unknown {
    const no = tag >>> 3;
    if (no === 0 || this.#numbers.has(no)) throw irregular;
    const wireType = tag & 7;
    return { no, wireType, data: source.skip(wireType) };
  }
}

function renewOf(member: DescMessage['members'][number]): ((message: Fields) => void)[] {
  const isOneof = member.kind === 'oneof';
  if (!isOneof && member.fieldKind !== 'list' && member.fieldKind !== 'map') return [];
  const { set } = accessorOf(member.localName);
  if (isOneof) return [(message) => set(message, { case: undefined })];
  return [member.fieldKind === 'list' ? (message) => set(message, []) : (message) => set(message, {})];
}
