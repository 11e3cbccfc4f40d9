import type { HeaderField } from '../headers/header-field.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { encodeHuffman, huffmanLength } from './huffman-encoder.ts';
import { fieldKey, firstDynamicIndex, staticFields, staticNames } from './static-table.ts';

/** The largest table that is used even if the peer allows more, in bytes as defined in RFC 7541, section 4.1. */
const maxTableSize = 4096;

/** The output buffer of all encoders. Grows to the largest block so far. */
let scratch = Buffer.allocUnsafeSlow(4096);

interface CachedBlock {
  readonly version: number;
  readonly block: Buffer;
}

/**
 * Encodes the header lists of a connection (RFC 7541), in the order in which they are sent.
 *
 * Only fields of shared lists enter the dynamic table, and none is evicted. The table stops changing once it is full or
 * contains all these fields. From then on the cached encoding of a shared list stays valid.
 */
export class HpackEncoder {
  /** The fields of the dynamic table with their insertion number, from 0. */
  readonly #inserted = new Map<string, number>();
  #size = 0;
  #maxSize = maxTableSize;
  #isSizeUpdateDue = false;
  /** Incremented whenever the table changes. */
  #version = 0;
  /** The encoded shared lists, by `sharedIndex`. */
  readonly #cache: (CachedBlock | undefined)[] = [];

  /** @param size the peer's SETTINGS_HEADER_TABLE_SIZE */
  setPeerTableSize(size: number): void {
    const maxSize = Math.min(size, maxTableSize);
    if (maxSize === this.#maxSize) return;
    this.#maxSize = maxSize;
    this.#isSizeUpdateDue = true;
    this.#inserted.clear();
    this.#size = 0;
    this.#version++;
  }

  /**
   * @param more fields of one message, which follow those of `list` in the same block
   * @returns the block, valid until any encoder encodes another one
   */
  encode(list: HeaderList, more?: HeaderList): Buffer {
    const block = this.#encode(list);
    if (more === undefined) return block;
    let at = block.length;
    reserve(at + maxLengthOf(more));
    if (block.buffer !== scratch.buffer) scratch.set(block);
    for (const field of more.fields) at = this.#field(field, at, false);
    return scratch.subarray(0, at);
  }

  #encode(list: HeaderList): Buffer {
    const { sharedIndex } = list;
    const cached = sharedIndex < 0 ? undefined : this.#cache[sharedIndex];
    if (cached !== undefined && cached.version === this.#version) return cached.block;

    reserve(maxLengthOf(list));
    let at = this.#isSizeUpdateDue ? this.#sizeUpdate() : 0;
    const version = this.#version;
    const isStateless = at === 0;
    for (const field of list.fields) at = this.#field(field, at, sharedIndex >= 0);
    if (sharedIndex >= 0 && isStateless && version === this.#version) {
      const block = Buffer.from(scratch.subarray(0, at));
      this.#cache[sharedIndex] = { version, block };
      return block;
    }
    return scratch.subarray(0, at);
  }

  /** Clears the peer's table by size 0, then sets the new size: RFC 7541, sections 4.2 and 6.3. */
  #sizeUpdate(): number {
    this.#isSizeUpdateDue = false;
    return integer(0x20, 5, this.#maxSize, integer(0x20, 5, 0, 0));
  }

  #field(field: HeaderField, at: number, isShared: boolean): number {
    const key = fieldKey(field.name, field.value);
    if (!field.sensitive) {
      const index = staticFields.get(key) ?? this.#dynamicIndex(key);
      // RFC 7541, section 6.1: indexed.
      if (index !== undefined) return integer(0x80, 7, index, at);
    }
    const name = staticNames.get(field.name) ?? 0;
    if (isShared && !field.sensitive && this.#size + field.size <= this.#maxSize) {
      this.#inserted.set(key, this.#inserted.size);
      this.#size += field.size;
      this.#version++;
      // Section 6.2.1: literal with incremental indexing.
      return literal(0x40, 6, name, field, at);
    }
    // Sections 6.2.3 and 6.2.2: literal never indexed, or without indexing.
    return literal(field.sensitive ? 0x10 : 0, 4, name, field, at);
  }

  #dynamicIndex(key: string): number | undefined {
    const place = this.#inserted.get(key);
    return place === undefined ? undefined : firstDynamicIndex + this.#inserted.size - 1 - place;
  }
}

function maxLengthOf({ fields }: HeaderList): number {
  return fields.reduce((sum, field) => sum + field.size, 16);
}

function reserve(bytes: number): void {
  if (bytes > scratch.length) scratch = Buffer.allocUnsafeSlow(bytes);
}

function literal(pattern: number, prefixBits: number, name: number, field: HeaderField, start: number): number {
  const at = integer(pattern, prefixBits, name, start);
  return string(field.value, name === 0 ? string(field.name, at) : at);
}

/** RFC 7541, section 5.1. @returns the offset after it */
function integer(pattern: number, prefixBits: number, value: number, start: number): number {
  const prefix = (1 << prefixBits) - 1;
  if (value < prefix) {
    scratch[start] = pattern | value;
    return start + 1;
  }
  scratch[start] = pattern | prefix;
  let at = start + 1;
  let rest = value - prefix;
  for (; rest >= 0x80; rest >>>= 7) scratch[at++] = (rest & 0x7f) | 0x80;
  scratch[at++] = rest;
  return at;
}

/** RFC 7541, section 5.2, with or without Huffman coding, whichever is shorter. @returns the offset after it */
function string(text: string, start: number): number {
  const length = huffmanLength(text);
  if (length < text.length) return encodeHuffman(text, scratch, integer(0x80, 7, length, start));
  const at = integer(0, 7, text.length, start);
  return at + scratch.write(text, at, 'latin1');
}
