import type { Attempt } from './attempt.ts';
import { checkEndLength, moreThanOneMessage, wrongMessageCount } from './errors.ts';

/** The parts of the response to a unary call: one message, and the envelope that ends it if the protocol has one. */
export class UnaryParts {
  readonly attempt: Attempt;
  readonly #endFlag: number;
  readonly #maxEndBytes: number;
  message: Uint8Array | undefined;
  /** The flags of the message. */
  flags = 0;
  end: Uint8Array | undefined;
  /** The flags of the envelope that ends the response, without the flag for the end itself. */
  endFlags = 0;

  /** @param maxEndBytes limit of the envelope that ends the response */
  constructor(attempt: Attempt, endFlag: number, maxEndBytes: number) {
    this.attempt = attempt;
    this.#endFlag = endFlag;
    this.#maxEndBytes = maxEndBytes;
  }

  /**
   * Reads the bytes that have arrived. A response that is too long fails at once, before the server ends it.
   *
   * @throws {ConnectError} UNIMPLEMENTED when there are too many messages, or data after the end
   */
  read(): void {
    const { body } = this.attempt;
    for (let bytes = body.next(); bytes !== undefined; bytes = body.next()) this.#take(bytes, body.flags);
    if (this.end !== undefined && body.unread > 0) throw wrongMessageCount('data after the end of the response');
  }

  #take(bytes: Uint8Array, flags: number): void {
    if (this.end !== undefined) throw wrongMessageCount('a message after the end of the response');
    if ((flags & this.#endFlag) !== 0) {
      checkEndLength(bytes, this.#maxEndBytes);
      this.end = bytes;
      this.endFlags = flags & ~this.#endFlag;
    } else if (this.message !== undefined) {
      throw moreThanOneMessage();
    } else {
      this.message = bytes;
      this.flags = flags;
    }
  }
}
