import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type HeaderBlock, HeaderBlockBuilder } from '../headers/header-block.ts';
import { type HeaderField, receivedField } from '../headers/header-field.ts';
import { DynamicTable } from './dynamic-table.ts';
import { HeaderBlockCache } from './header-block-cache.ts';
import { decodeHuffman } from './huffman-decoder.ts';
import { firstDynamicIndex, staticTable } from './static-table.ts';

/** The initial SETTINGS_HEADER_TABLE_SIZE (RFC 9113, section 6.5.2). We never announce another. */
const tableSize = 4096;
const nothing = Buffer.alloc(0);

/** Decodes the header blocks of a connection (RFC 7541), in the order in which they arrive. */
export class HpackDecoder {
  readonly #table = new DynamicTable(tableSize);
  readonly #cache = new HeaderBlockCache();
  readonly #listLimit: number;
  #bytes: Buffer = nothing;
  #at = 0;
  #end = 0;

  /** @param listLimit the limit of the size of a header list, in bytes. Fields beyond it are decoded but dropped */
  constructor(listLimit: number) {
    this.#listLimit = listLimit;
  }

  /** @throws ConnectionError COMPRESSION_ERROR */
  decode(bytes: Buffer, start: number, end: number): HeaderBlock {
    const { version } = this.#table;
    const cached = this.#cache.find(bytes, start, end, version);
    if (cached !== undefined) return cached;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const builder = new HeaderBlockBuilder(this.#listLimit);
    this.#sizeUpdates();
    while (this.#at < end) builder.add(this.#field());
    // An idle connection must not keep a chunk of the socket in memory.
    this.#bytes = nothing;
    const block = builder.build();
    if (version === this.#table.version) this.#cache.add(bytes, start, end, version, block);
    return block;
  }

  /** RFC 7541, sections 4.2 and 6.3: table size updates are allowed only at the beginning of a block. */
  #sizeUpdates(): void {
    while (this.#at < this.#end && ((this.#bytes[this.#at] as number) & 0xe0) === 0x20) {
      const size = this.#integer(5);
      if (size > tableSize) failDecoding('table size update exceeds SETTINGS_HEADER_TABLE_SIZE');
      this.#table.resize(size);
    }
  }

  #field(): HeaderField {
    const first = this.#bytes[this.#at] as number;
    // RFC 7541, section 6.1: indexed.
    if (first & 0x80) return this.#indexed(this.#integer(7));
    // Section 6.2.1: literal with incremental indexing.
    if (first & 0x40) {
      const field = this.#literal(6, false);
      this.#table.insert(field);
      return field;
    }
    if (first & 0x20) failDecoding('table size update after a header field');
    // Sections 6.2.2 and 6.2.3: literal without indexing, or never indexed.
    return this.#literal(4, (first & 0x10) !== 0);
  }

  #literal(prefixBits: number, sensitive: boolean): HeaderField {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#indexed(index).name;
    return receivedField(name, this.#string(), sensitive);
  }

  /** The field with an index of either table: RFC 7541, section 2.3.3. */
  #indexed(index: number): HeaderField {
    const field = index < firstDynamicIndex ? staticTable[index] : this.#table.at(index - firstDynamicIndex);
    return field ?? failDecoding('invalid header field index');
  }

  /** Reads an integer: RFC 7541, section 5.1. */
  #integer(prefixBits: number): number {
    const prefix = (1 << prefixBits) - 1;
    let value = (this.#bytes[this.#at++] as number) & prefix;
    if (value < prefix) return value;
    // Four more octets can encode every length that is possible here, and JavaScript's numbers hold it exactly.
    for (let shift = 1; shift <= 128 ** 3; shift *= 128) {
      if (this.#at >= this.#end) failDecoding('header block ends within an integer');
      const octet = this.#bytes[this.#at++] as number;
      value += (octet & 0x7f) * shift;
      if (octet < 0x80) return value;
    }
    return failDecoding('integer too large');
  }

  /** Reads a string: RFC 7541, section 5.2. */
  #string(): string {
    if (this.#at >= this.#end) failDecoding('header block ends before a string');
    const isHuffman = ((this.#bytes[this.#at] as number) & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#end) failDecoding('header block ends within a string');
    return isHuffman ? decodeHuffman(this.#bytes, start, this.#at) : this.#bytes.toString('latin1', start, this.#at);
  }
}

function failDecoding(message: string): never {
  fail(ErrorCode.COMPRESSION_ERROR, message);
}
