import { leaveFastPath } from './leave-fast-path.ts';
import { utf8Text } from './utf8-text.ts';

/** Up to this length in bytes, a loop in JavaScript is faster than a native call. */
const shortText = 24;

const scratch = new Uint8Array(8);
const view = new DataView(scratch.buffer);

/**
 * Reads values in the wire format (https://protobuf.dev/programming-guides/encoding/).
 *
 * All methods throw `leaveFastPath` for truncated or invalid data, and for valid data in a rarely used form.
 */
export class WireReader {
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  at = 0;
  /** The two halves of the last 64-bit value. */
  #low = 0;
  #high = 0;

  /** Starts reading other bytes, from `start` (inclusive) to `end` (exclusive). */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.at = start;
  }

  /** Reads a varint of at most 32 bits. */
  tag(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const second = this.#byte();
    let value = (first & 0x7f) | ((second & 0x7f) << 7);
    if (second < 0x80) return value;
    for (let shift = 14; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.#byte();
    if (last > 0x0f) throw leaveFastPath;
    return (value | (last << 28)) >>> 0;
  }

  /** Skips a tag of one byte if it is next, before `end`. @returns whether it was */
  skipTag(tag: number, end: number): boolean {
    if (this.at >= end || this.#bytes[this.at] !== tag) return false;
    this.at++;
    return true;
  }

  #byte(): number {
    if (this.at >= this.#end) throw leaveFastPath;
    return this.#bytes[this.at++] as number;
  }

  /** Reads the lower half of a varint as a signed number. */
  int32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    this.#varint64(first);
    return this.#low;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  sint32(): number {
    const value = this.int32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    const first = this.#byte();
    if (first < 0x80) return first !== 0;
    this.#varint64(first);
    return (this.#low | this.#high) !== 0;
  }

  int64(): bigint {
    this.#varint64(this.#byte());
    return this.#signed();
  }

  uint64(): bigint {
    this.#varint64(this.#byte());
    return this.#unsigned();
  }

  sint64(): bigint {
    this.#zigzag64();
    return this.#signed();
  }

  int64Text(): string {
    this.#varint64(this.#byte());
    return this.#signedText();
  }

  uint64Text(): string {
    this.#varint64(this.#byte());
    return this.#unsignedText();
  }

  sint64Text(): string {
    this.#zigzag64();
    return this.#signedText();
  }

  #zigzag64(): void {
    this.#varint64(this.#byte());
    const low = this.#low;
    const high = this.#high;
    const sign = -(low & 1);
    this.#low = ((low >>> 1) | (high << 31)) ^ sign;
    this.#high = (high >>> 1) ^ sign;
  }

  /** Reads the rest of a varint after its first byte. */
  #varint64(first: number): void {
    let byte = first;
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = this.#byte();
      low |= (byte & 0x7f) << shift;
    }
    if (byte >= 0x80) {
      byte = this.#byte();
      low |= byte << 28;
      high = (byte & 0x7f) >>> 4;
    }
    for (let shift = 3; byte >= 0x80; shift += 7) {
      if (shift > 31) throw leaveFastPath;
      byte = this.#byte();
      high |= (byte & 0x7f) << shift;
    }
    this.#low = low | 0;
    this.#high = high | 0;
  }

  #signed(): bigint {
    view.setInt32(0, this.#low, true);
    view.setInt32(4, this.#high, true);
    return view.getBigInt64(0, true);
  }

  #unsigned(): bigint {
    view.setInt32(0, this.#low, true);
    view.setInt32(4, this.#high, true);
    return view.getBigUint64(0, true);
  }

  #signedText(): string {
    const high = this.#high;
    if (high < 0 || high > 0x1f_ffff) return this.#signed().toString();
    return String(high * 2 ** 32 + (this.#low >>> 0));
  }

  #unsignedText(): string {
    const high = this.#high;
    if (high < 0 || high > 0x1f_ffff) return this.#unsigned().toString();
    return String(high * 2 ** 32 + (this.#low >>> 0));
  }

  fixed32(): number {
    return this.sfixed32() >>> 0;
  }

  sfixed32(): number {
    const bytes = this.#bytes;
    const { at } = this;
    this.#advance(4);
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }

  #fixed64(): void {
    this.#low = this.sfixed32();
    this.#high = this.sfixed32();
  }

  fixed64(): bigint {
    this.#fixed64();
    return this.#unsigned();
  }

  sfixed64(): bigint {
    this.#fixed64();
    return this.#signed();
  }

  fixed64Text(): string {
    this.#fixed64();
    return this.#unsignedText();
  }

  sfixed64Text(): string {
    this.#fixed64();
    return this.#signedText();
  }

  float(): number {
    view.setInt32(0, this.sfixed32(), true);
    return view.getFloat32(0, true);
  }

  double(): number {
    view.setInt32(0, this.sfixed32(), true);
    view.setInt32(4, this.sfixed32(), true);
    return view.getFloat64(0, true);
  }

  /** Reads a length. @returns the end of the data with that length */
  end(): number {
    const length = this.uint32();
    const end = this.at + length;
    if (end > this.#end) throw leaveFastPath;
    return end;
  }

  /** Reads length-delimited bytes. @returns a view of them */
  data(): Uint8Array {
    const end = this.end();
    const data = this.#view(this.at, end);
    this.at = end;
    return data;
  }

  string(): string {
    const end = this.end();
    const start = this.at;
    this.at = end;
    const short = end - start > shortText ? undefined : asciiText(this.#bytes, start, end);
    if (short !== undefined) return short;
    return utf8Text(this.#bytes, start, end);
  }

  /** Skips a value of a wire type. @returns a view of its bytes */
  skip(wireType: number): Uint8Array {
    const start = this.at;
    this.pass(wireType);
    return this.#view(start, this.at);
  }

  /** Not a `subarray`, which is a Buffer if the bytes are one. */
  #view(start: number, end: number): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start);
  }

  /** Skips a value of a wire type other than a group. */
  pass(wireType: number): void {
    if (wireType === 0) this.#varint64(this.#byte());
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.at = this.end();
    else if (wireType === 5) this.#advance(4);
    else throw leaveFastPath;
  }

  #advance(count: number): void {
    if (this.at + count > this.#end) throw leaveFastPath;
    this.at += count;
  }
}

/** Reused buffers for the character codes of a short text, by its length. */
const codesOf = Array.from({ length: shortText + 1 }, (_, length) => new Array<number>(length).fill(0));

/** @returns undefined if the bytes are not ASCII */
function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const codes = codesOf[end - start] as number[];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return undefined;
    codes[at - start] = byte;
  }
  return String.fromCharCode(...codes);
}
