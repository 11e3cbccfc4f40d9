import { viewOf } from './view-of.ts';

const smallestBuffer = 1_024;
const nothing = new Uint8Array();

/** Joins chunks as they arrive. The buffer doubles, so that small chunks stay cheap; a single chunk is not copied. */
export class ByteBuffer {
  #bytes: Uint8Array = nothing;
  #length = 0;
  /** Whether `#bytes` is a buffer of this object, with free space after `#length`. */
  #isOwned = false;

  /** The number of bytes. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds the bytes of `chunk` from `start` (inclusive) to `end` (exclusive).
   *
   * @param chunk must not be changed afterwards
   */
  push(chunk: Uint8Array, start: number, end: number): void {
    const piece = viewOf(chunk, start, end);
    if (this.#length === 0) this.#bytes = piece;
    else {
      if (!this.#isOwned || this.#bytes.length < this.#length + piece.length) this.#grow(piece.length);
      this.#bytes.set(piece, this.#length);
    }
    this.#length += piece.length;
  }

  #grow(length: number): void {
    // The memory is not zeroed, because only bytes that have been set are returned.
    const { buffer } = Buffer.allocUnsafeSlow(Math.max(2 * (this.#length + length), smallestBuffer));
    const bytes = new Uint8Array(buffer);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#isOwned = true;
  }

  /** Call before waiting for more bytes: otherwise a few bytes would keep a whole chunk of the socket in memory. */
  compact(): void {
    if (!this.#isOwned && this.#bytes.buffer.byteLength > 2 * this.#length) this.#bytes = new Uint8Array(this.#bytes);
  }

  /** Returns all bytes and empties the buffer. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = nothing;
    this.#length = 0;
    this.#isOwned = false;
    return bytes;
  }
}
