const smallestBuffer = 1_024;
const nothing = new Uint8Array();

/** Pieces, put together as they come, so that small ones cost little more than their bytes. One that comes alone is not copied. */
export class GatheredBytes {
  #bytes: Uint8Array = nothing;
  #length = 0;
  #hasRoom = false;

  /** How much has come and was not taken, in bytes. */
  get length(): number {
    return this.#length;
  }

  /** @param chunk must stay as it is */
  push(chunk: Uint8Array, start: number, end: number): void {
    const piece = new Uint8Array(chunk.buffer, chunk.byteOffset + start, end - start);
    if (this.#length === 0) this.#bytes = piece;
    else {
      if (!this.#hasRoom || this.#bytes.length < this.#length + piece.length) this.#makeRoom(piece.length);
      this.#bytes.set(piece, this.#length);
    }
    this.#length += piece.length;
  }

  #makeRoom(length: number): void {
    const bytes = new Uint8Array(Math.max(2 * (this.#length + length), smallestBuffer));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#hasRoom = true;
  }

  /** To be called when they are kept for long: a small part of a chunk keeps all of it. */
  own(): void {
    if (!this.#hasRoom && this.#bytes.buffer.byteLength > 2 * this.#length) this.#bytes = new Uint8Array(this.#bytes);
  }

  /** All that has come, which is forgotten. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = nothing;
    this.#length = 0;
    this.#hasRoom = false;
    return bytes;
  }
}
