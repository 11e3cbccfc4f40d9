import { encodeHuffman, firstDynamicIndex, huffmanLength, staticTable } from '@example/http2/hpack';
import type { Random } from '@example/kit/random';

export type Field = readonly [name: string, value: string];

const largestTable = 4096;
/** Fields that most clients do not index, because they change with each request. */
const seldomIndexed = new Set([':path', ':authority']);
const staticIndices = new Map<string, number[]>();
staticTable.forEach((field, index) => {
  if (field === undefined) return;
  const indices = staticIndices.get(field.name) ?? [];
  staticIndices.set(field.name, [...indices, index]);
});

/**
 * Encodes header lists in random ways that RFC 7541 allows. A steady encoder behaves like most clients, whose blocks
 * repeat.
 */
export class RandomHpack {
  readonly #random: Random;
  /** Whether the encoder always indexes fields and uses Huffman coding. */
  readonly isSteady: boolean;
  /** Newest first. */
  #table: Field[] = [];
  #size = 0;
  #maxSize = largestTable;

  constructor(random: Random) {
    this.#random = random;
    this.isSteady = random.chance(0.4);
  }

  encode(fields: readonly Field[]): Buffer {
    const parts: Buffer[] = [];
    if (this.#random.chance(0.05)) parts.push(this.#sizeUpdate());
    for (const field of fields) parts.push(this.#field(field));
    return Buffer.concat(parts);
  }

  #sizeUpdate(): Buffer {
    this.#maxSize = this.#random.between(0, largestTable);
    this.#evict(this.#maxSize);
    return integer(0x20, 5, this.#maxSize);
  }

  #field(field: Field): Buffer {
    const { whole, sameName } = this.#indices(field);
    if (whole.length > 0 && this.#usually(0.8)) return integer(0x80, 7, this.#choose(whole));
    const index = sameName.length > 0 && this.#usually(0.8) ? this.#choose(sameName) : 0;
    const name = index === 0 ? this.#string(field[0]) : Buffer.alloc(0);
    const value = this.#string(field[1]);
    if (this.isSteady ? !seldomIndexed.has(field[0]) : this.#random.chance(0.5)) {
      this.#insert(field);
      return Buffer.concat([integer(0x40, 6, index), name, value]);
    }
    return Buffer.concat([integer(this.#choose([0, 0x10]), 4, index), name, value]);
  }

  #usually(share: number): boolean {
    return this.isSteady || this.#random.chance(share);
  }

  #choose(indices: readonly number[]): number {
    return this.isSteady ? (indices[0] as number) : this.#random.pick(indices);
  }

  /** The indices of equal fields, and of fields with the same name. */
  #indices([name, value]: Field): { whole: number[]; sameName: number[] } {
    const known = staticIndices.get(name) ?? [];
    const sameName = [...known];
    const whole = known.filter((index) => staticTable[index]?.value === value);
    for (let at = 0; at < this.#table.length; at++) {
      const field = this.#table[at] as Field;
      if (field[0] !== name) continue;
      sameName.push(firstDynamicIndex + at);
      if (field[1] === value) whole.push(firstDynamicIndex + at);
    }
    return { whole, sameName };
  }

  #insert(field: Field): void {
    const size = sizeOf(field);
    this.#evict(this.#maxSize - size);
    if (size > this.#maxSize) return;
    this.#table.unshift(field);
    this.#size += size;
  }

  #evict(room: number): void {
    while (this.#size > room && this.#table.length > 0) this.#size -= sizeOf(this.#table.pop() as Field);
  }

  #string(text: string): Buffer {
    if (!this.#usually(0.5)) return Buffer.concat([integer(0, 7, text.length), Buffer.from(text, 'latin1')]);
    const length = huffmanLength(text);
    const bytes = Buffer.alloc(length + 8);
    encodeHuffman(text, bytes, 0);
    return Buffer.concat([integer(0x80, 7, length), bytes.subarray(0, length)]);
  }
}

/** RFC 7541, section 4.1. */
function sizeOf([name, value]: Field): number {
  return name.length + value.length + 32;
}

/** RFC 7541, section 5.1. */
export function integer(pattern: number, prefixBits: number, value: number): Buffer {
  const prefix = (1 << prefixBits) - 1;
  if (value < prefix) return Buffer.from([pattern | value]);
  const octets = [pattern | prefix];
  let rest = value - prefix;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 128);
  octets.push(rest);
  return Buffer.from(octets);
}

/** Encodes fields as literals without indexing (RFC 7541, section 6.2.2), even invalid ones. */
export function literals(fields: readonly Field[]): Buffer {
  const string = (text: string) => [integer(0, 7, text.length), Buffer.from(text, 'latin1')];
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), ...string(name), ...string(value)]));
}
