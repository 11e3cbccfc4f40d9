import { Code, ConnectError } from '@connectrpc/connect';

const prefixBytes = 5;
const smallestBuffer = 1_024;
const nothing = new Uint8Array();

/**
 * Finds messages in the DATA of a request: each after a prefix of flags and length
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests). One that came whole is not copied.
 */
export class MessageReader {
  readonly #maxBytes: number;
  /** What has been received and not read: `#bytes[#start]` up to and without `#bytes[#end]`; behind it there may be room for more. */
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  #hasRoom = false;
  /** Of the message that `next` gave last. */
  flags = 0;

  /** @param maxBytes of one message */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that have not been read. */
  get unread(): number {
    return this.#end - this.#start;
  }

  /** @param chunk must stay as it is */
  push(chunk: Uint8Array, start: number, end: number): void {
    if (this.#start === this.#end) {
      this.#bytes = chunk;
      this.#start = start;
      this.#end = end;
      this.#hasRoom = false;
      return;
    }
    const length = end - start;
    if (!this.#hasRoom || this.#bytes.length - this.#end < length) this.#makeRoom(length);
    this.#bytes.set(chunk.subarray(start, end), this.#end);
    this.#end += length;
  }

  /** Never moves what has been read: messages may be views of it. */
  #makeRoom(length: number): void {
    const { unread } = this;
    const needed = unread + length;
    const promised = unread < prefixBytes ? 0 : this.#promised();
    const wanted = promised >= needed ? Math.min(promised, 2 * needed) : 2 * needed;
    const bytes = new Uint8Array(Math.max(wanted, smallestBuffer));
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = unread;
    this.#hasRoom = true;
  }

  /** Forgets what has not been read. */
  clear(): void {
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
    this.#hasRoom = false;
  }

  /** To be called when it keeps what is not read for long: a small part of a chunk keeps all of it. */
  own(): void {
    if (this.#hasRoom || this.#bytes.buffer.byteLength <= 2 * this.unread) return;
    this.#bytes = new Uint8Array(this.#bytes.subarray(this.#start, this.#end));
    this.#end = this.unread;
    this.#start = 0;
  }

  /**
   * The length of the next message with its prefix, in bytes, as far as it is known; else 0.
   *
   * @throws {ConnectError} RESOURCE_EXHAUSTED when it is too large
   */
  get nextLength(): number {
    if (this.unread < prefixBytes) return 0;
    const length = this.#promised();
    if (length - prefixBytes > this.#maxBytes) throw tooLarge(length - prefixBytes, this.#maxBytes);
    return length;
  }

  /** What the next prefix, which must be there, says, and its own length. */
  #promised(): number {
    const bytes = this.#bytes;
    const at = this.#start + 1;
    const low = ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    return prefixBytes + (bytes[at] as number) * 0x100_0000 + low;
  }

  /**
   * The next message, without its prefix; undefined when it has not come whole.
   *
   * @throws {ConnectError} as `nextLength`
   */
  next(): Uint8Array | undefined {
    const length = this.nextLength;
    if (length === 0 || this.unread < length) return undefined;
    const start = this.#start;
    this.flags = this.#bytes[start] as number;
    this.#start += length;
    // Not what `subarray` of a Buffer would be: fields of type bytes are views of it.
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start + prefixBytes, length - prefixBytes);
  }
}

function tooLarge(length: number, maxBytes: number): ConnectError {
  return new ConnectError(
    `message size ${length} is larger than configured readMaxBytes ${maxBytes}`,
    Code.ResourceExhausted,
  );
}
