import { ByteBuffer, EnvelopeFlag, EnvelopeReader, messageTooLarge } from '@example/rpc-core';
import type { Protocol, ResponseHead } from '../protocol/protocol.ts';

/** The body of a response: messages, in the order in which they arrive. */
export interface ResponseBody {
  /** The flags of the message that `next` returned last. */
  readonly flags: number;
  /** Bytes that are received and not yet read. */
  readonly unread: number;
  push(chunk: Uint8Array, start: number, end: number): void;
  /**
   * Whether more bytes are needed for the next message.
   *
   * @throws {ConnectError} RESOURCE_EXHAUSTED when it exceeds the limit
   */
  needsMore(): boolean;
  /** The next message; undefined until all of it has arrived. @throws {ConnectError} as `needsMore` */
  next(): Uint8Array | undefined;
}

/** @param maxBytes limit of one message */
export function responseBody(protocol: Protocol, maxBytes: number): ResponseBody {
  return protocol.isEnveloped ? new EnvelopedBody(maxBytes) : new PlainBody(maxBytes);
}

class EnvelopedBody extends EnvelopeReader implements ResponseBody {
  needsMore(): boolean {
    const length = this.nextLength;
    return length === 0 || this.unread < length;
  }
}

/** A body that is one message, which is complete when the response has ended. */
export class PlainBody implements ResponseBody {
  readonly #bytes = new ByteBuffer();
  readonly #maxBytes: number;
  #isTaken = false;
  flags = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get unread(): number {
    return this.#bytes.length;
  }

  push(chunk: Uint8Array, start: number, end: number): void {
    this.#bytes.push(chunk, start, end);
  }

  needsMore(): boolean {
    if (this.#bytes.length > this.#maxBytes) throw messageTooLarge(this.#bytes.length, this.#maxBytes);
    return true;
  }

  /** Reads from the headers of the response whether the message is compressed. */
  onHead({ compression }: ResponseHead): void {
    this.flags = compression === undefined ? 0 : EnvelopeFlag.compressed;
  }

  /** Call when the response has ended. */
  next(): Uint8Array | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    return this.#bytes.take();
  }
}
