import { envelopeHeaderBytes } from './envelope.ts';
import { messageTooLarge } from './message-limits.ts';
import { viewOf } from './view-of.ts';

const smallestBuffer = 1_024;
const nothing = new Uint8Array();

/**
 * Splits the body of a request or response into envelopes: flags, length and message
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests). A message that arrives in one chunk is not
 * copied.
 */
export class EnvelopeReader {
  readonly #maxBytes: number;
  /** The received bytes from `#start` (inclusive) to `#end` (exclusive) have not been read. */
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  /** Whether `#bytes` is a buffer of this reader, with free space after `#end`. */
  #isOwned = false;
  /** The flags of the last envelope that was read. */
  flags = 0;
  /** The start of the message of that envelope in `bytes`. */
  messageStart = 0;

  /** @param maxBytes limit of one message */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are received and not yet read. */
  get unread(): number {
    return this.#end - this.#start;
  }

  /**
   * Adds the bytes of `chunk` from `start` (inclusive) to `end` (exclusive).
   *
   * @param chunk must not be changed afterwards
   */
  push(chunk: Uint8Array, start: number, end: number): void {
    if (this.#start === this.#end) {
      this.#bytes = chunk;
      this.#start = start;
      this.#end = end;
      this.#isOwned = false;
      return;
    }
    const length = end - start;
    if (!this.#isOwned || this.#bytes.length - this.#end < length) this.#grow(length);
    this.#bytes.set(chunk.subarray(start, end), this.#end);
    this.#end += length;
  }

  /** Copies the unread bytes to a new buffer, because messages may be views of the old one. */
  #grow(length: number): void {
    const { unread } = this;
    const needed = unread + length;
    const expected = unread < envelopeHeaderBytes ? 0 : this.#expectedLength();
    const wanted = expected >= needed ? Math.min(expected, 2 * needed) : 2 * needed;
    // The memory is not zeroed, because only bytes that have been set are read.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(wanted, smallestBuffer)).buffer);
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = unread;
    this.#isOwned = true;
  }

  /** Drops all unread bytes. */
  clear(): void {
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
    this.#isOwned = false;
  }

  /**
   * Call before waiting for more bytes: otherwise a few unread bytes would keep a whole chunk of the socket in memory.
   */
  compact(): void {
    if (this.unread === 0) this.clear();
    if (this.#isOwned || this.#bytes.buffer.byteLength <= 2 * this.unread) return;
    this.#bytes = new Uint8Array(this.#bytes.subarray(this.#start, this.#end));
    this.#end = this.unread;
    this.#start = 0;
  }

  /**
   * The length of the next envelope including its header, in bytes; 0 until its header has arrived.
   *
   * @throws {ConnectError} RESOURCE_EXHAUSTED when the message exceeds the limit
   */
  get nextLength(): number {
    if (this.unread < envelopeHeaderBytes) return 0;
    const length = this.#expectedLength();
    const messageLength = length - envelopeHeaderBytes;
    if (messageLength > this.#maxBytes) throw messageTooLarge(messageLength, this.#maxBytes);
    return length;
  }

  #expectedLength(): number {
    const bytes = this.#bytes;
    const at = this.#start + 1;
    const low = ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    return envelopeHeaderBytes + (bytes[at] as number) * 0x100_0000 + low;
  }

  /**
   * The message of the next envelope; undefined until all of it has arrived.
   *
   * @throws {ConnectError} as `nextLength`
   */
  next(): Uint8Array | undefined {
    return this.advance() ? viewOf(this.bytes, this.messageStart, this.messageEnd) : undefined;
  }

  /**
   * Like `next`, but creates no object for the message, because that takes longer than decoding a small message. The
   * message is in `bytes` from `messageStart` (inclusive) to `messageEnd` (exclusive), until another method is called.
   *
   * @returns false until the whole message has arrived
   */
  advance(): boolean {
    const length = this.nextLength;
    if (length === 0 || this.unread < length) return false;
    this.flags = this.#bytes[this.#start] as number;
    this.messageStart = this.#start + envelopeHeaderBytes;
    this.#start += length;
    return true;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get messageEnd(): number {
    return this.#start;
  }
}
