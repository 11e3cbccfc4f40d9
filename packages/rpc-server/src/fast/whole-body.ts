import { Code, ConnectError } from '@connectrpc/connect';

const smallestBuffer = 1_024;

/** The body of a request, as one. A body that came in one piece is not copied. */
export class WholeBody {
  readonly #maxBytes: number;
  #bytes = new Uint8Array();
  #length = 0;
  #hasRoom = false;
  #held = 0;
  /** Whether `take` was called. */
  isTaken = false;

  /** @param maxBytes more than that is refused */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param chunk must stay as it is */
  push(chunk: Uint8Array, start: number, end: number): void {
    const piece = new Uint8Array(chunk.buffer, chunk.byteOffset + start, end - start);
    this.#held += piece.length;
    if (this.#length === 0) this.#bytes = piece as Uint8Array<ArrayBuffer>;
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

  /** @param promised how long it will be, in bytes, or -1 @throws {ConnectError} RESOURCE_EXHAUSTED when it is or will be too long */
  check(promised: number): void {
    const length = Math.max(promised, this.#length);
    if (length <= this.#maxBytes) return;
    throw new ConnectError(
      `message size ${length} is larger than configured readMaxBytes ${this.#maxBytes}`,
      Code.ResourceExhausted,
    );
  }

  /** How many bytes have come since it was asked before. */
  giveBack(): number {
    const held = this.#held;
    this.#held = 0;
    return held;
  }

  take(): Uint8Array {
    this.isTaken = true;
    return this.#bytes.subarray(0, this.#length);
  }
}
