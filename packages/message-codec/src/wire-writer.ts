import { markAsUntransferable } from 'node:worker_threads';
import { leaveFastPath } from './leave-fast-path.ts';

/** Up to this length in characters, a loop in JavaScript is faster than a native call. */
const shortText = 24;
/**
 * The size in bytes of a text longer than this is computed before it is written. Space for the worst case would be
 * three times the space that most texts need.
 */
const longText = 1_024;
/**
 * The size in bytes of the slabs that messages share, the same as Node's buffer pool. Larger messages get slabs of
 * their own.
 */
const slabBytes = 8 * 1_024;

const scratch = new Uint8Array(8);
const view = new DataView(scratch.buffer);
const { utf8Write } = Buffer.prototype as unknown as {
  utf8Write(this: Uint8Array, text: string, at: number, room: number): number;
};

/**
 * Writes values in the wire format (https://protobuf.dev/programming-guides/encoding/), one message after the other
 * into the same slab. Written bytes are never changed later. Like Node's buffer pool, a shared slab cannot be
 * transferred to a worker, only copied.
 *
 * All methods throw `leaveFastPath` for invalid values, and for valid ones in a rarely used form.
 */
export class WireWriter {
  #bytes = new Uint8Array();
  #start = 0;
  #at = 0;

  /** Starts a message, and discards an unfinished one. */
  begin(): void {
    this.#at = this.#start;
  }

  /** Finishes the message. @returns a view of its bytes */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    const taken = new Uint8Array(bytes.buffer, bytes.byteOffset + this.#start, this.#at - this.#start);
    this.#start = this.#at;
    // Drops a large slab, because the next message would keep all of it in memory.
    if (bytes.length > slabBytes) {
      this.#bytes = new Uint8Array();
      this.#start = 0;
    }
    return taken;
  }

  #reserve(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const used = this.#at - this.#start;
    const room = used + count <= slabBytes / 2 ? slabBytes : 2 * (used + count);
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(room).buffer);
    if (room === slabBytes) markAsUntransferable(bytes.buffer);
    bytes.set(this.#bytes.subarray(this.#start, this.#at));
    this.#bytes = bytes;
    this.#start = 0;
    this.#at = used;
  }

  /** @param value from 0 to 2^32 - 1 */
  #varint(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x80) {
      bytes[this.#at++] = rest | 0x80;
      rest >>>= 7;
    }
    bytes[this.#at++] = rest;
  }

  /** @param high from 0 to 2^32 - 1, as `low` */
  #varint64(low: number, high: number): void {
    this.#reserve(10);
    const bytes = this.#bytes;
    let rest = low >>> 0;
    let above = high >>> 0;
    while (above > 0) {
      bytes[this.#at++] = rest | 0x80;
      rest = ((rest >>> 7) | (above << 25)) >>> 0;
      above >>>= 7;
    }
    this.#varint(rest);
  }

  tag(tag: number): this {
    this.#varint(tag);
    return this;
  }

  int32(value: unknown): void {
    if (typeof value !== 'number' || value !== (value | 0)) throw leaveFastPath;
    if (value < 0) this.#varint64(value, -1);
    else this.#varint(value);
  }

  uint32(value: unknown): void {
    if (typeof value !== 'number' || value !== value >>> 0) throw leaveFastPath;
    this.#varint(value);
  }

  sint32(value: unknown): void {
    if (typeof value !== 'number' || value !== (value | 0)) throw leaveFastPath;
    this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Writes whether the value is truthy, like protobuf-es. */
  bool(value: unknown): void {
    this.#varint(value ? 1 : 0);
  }

  int64(value: unknown): void {
    const plain = wholeNumber(value);
    if (plain >= 0) this.#varint64(plain, plain / 2 ** 32);
    else {
      setSigned(value);
      this.#varint64(view.getInt32(0, true), view.getInt32(4, true));
    }
  }

  uint64(value: unknown): void {
    const plain = wholeNumber(value);
    if (plain >= 0) this.#varint64(plain, plain / 2 ** 32);
    else {
      setUnsigned(value);
      this.#varint64(view.getInt32(0, true), view.getInt32(4, true));
    }
  }

  sint64(value: unknown): void {
    setSigned(value);
    const low = view.getInt32(0, true);
    const high = view.getInt32(4, true);
    const sign = high >> 31;
    this.#varint64((low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
  }

  fixed32(value: unknown): void {
    if (typeof value !== 'number' || value !== value >>> 0) throw leaveFastPath;
    this.#fixed32(value);
  }

  sfixed32(value: unknown): void {
    if (typeof value !== 'number' || value !== (value | 0)) throw leaveFastPath;
    this.#fixed32(value);
  }

  #fixed32(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    bytes[this.#at++] = value;
    bytes[this.#at++] = value >>> 8;
    bytes[this.#at++] = value >>> 16;
    bytes[this.#at++] = value >>> 24;
  }

  fixed64(value: unknown): void {
    setUnsigned(value);
    this.#view64();
  }

  sfixed64(value: unknown): void {
    setSigned(value);
    this.#view64();
  }

  #view64(): void {
    this.#fixed32(view.getInt32(0, true));
    this.#fixed32(view.getInt32(4, true));
  }

  float(value: unknown): void {
    if (typeof value !== 'number') throw leaveFastPath;
    view.setFloat32(0, value, true);
    if (Number.isFinite(value) && !Number.isFinite(view.getFloat32(0, true))) throw leaveFastPath;
    this.#fixed32(view.getInt32(0, true));
  }

  double(value: unknown): void {
    if (typeof value !== 'number') throw leaveFastPath;
    view.setFloat64(0, value, true);
    this.#view64();
  }

  data(value: unknown): void {
    if (!(value instanceof Uint8Array)) throw leaveFastPath;
    this.#varint(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  string(value: unknown): void {
    if (typeof value !== 'string') throw leaveFastPath;
    const { length } = value;
    if (length > shortText || !this.#ascii(value)) this.#utf8(value);
  }

  /** @returns false, without writing, if the text is not ASCII */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 1);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #utf8(text: string): void {
    const most = text.length > longText ? Buffer.byteLength(text) : text.length * 3;
    this.#reserve(most + 5);
    const start = this.startLength();
    this.#at += utf8Write.call(this.#bytes, text, this.#at, most);
    this.endLength(start);
  }

  /** Reserves one byte for the length of the following data. @returns its start, for `endLength` */
  startLength(): number {
    this.#reserve(1);
    return ++this.#at - this.#start;
  }

  /** Writes the length of the data since `startLength`. @param start the result of `startLength` */
  endLength(start: number): void {
    const length = this.#at - this.#start - start;
    if (length < 0x80) {
      this.#bytes[this.#start + start - 1] = length;
      return;
    }
    const more = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
    this.#reserve(more);
    const from = this.#start + start;
    this.#bytes.copyWithin(from + more, from, this.#at);
    this.#at = from - 1;
    this.#varint(length);
    this.#at += length;
  }
}

/** Converts a 64-bit integer to a number from 0 to 2^53 - 1; returns -1 for any other value. */
function wholeNumber(value: unknown): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : -1;
  if (typeof value === 'bigint') return value >= 0n && value <= 0x1f_ffff_ffff_ffffn ? Number(value) : -1;
  if (typeof value !== 'string' || value.length === 0 || value.length > 15) return -1;
  let number = 0;
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function setSigned(value: unknown): void {
  const integer = bigintOf(value);
  view.setBigInt64(0, integer, true);
  if (view.getBigInt64(0, true) !== integer) throw leaveFastPath;
}

function setUnsigned(value: unknown): void {
  const integer = bigintOf(value);
  view.setBigUint64(0, integer, true);
  if (view.getBigUint64(0, true) !== integer) throw leaveFastPath;
}

function bigintOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?[0-9]+$/.test(value)) return BigInt(value);
  throw leaveFastPath;
}
