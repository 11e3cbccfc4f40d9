import { Code, ConnectError } from '@connectrpc/connect';
import { GatheredBytes } from './gathered-bytes.ts';

/** The body of a request, as one. */
export class WholeBody {
  readonly #maxBytes: number;
  readonly #bytes = new GatheredBytes();
  /** Whether `take` was called. */
  isTaken = false;

  /** @param maxBytes more than that is refused */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param chunk must stay as it is */
  push(chunk: Uint8Array, start: number, end: number): void {
    this.#bytes.push(chunk, start, end);
  }

  /** @param promised how long it will be, in bytes, or -1 @throws {ConnectError} RESOURCE_EXHAUSTED when it is or will be too long */
  check(promised: number): void {
    const length = Math.max(promised, this.#bytes.length);
    if (length <= this.#maxBytes) return;
    throw new ConnectError(
      `message size ${length} is larger than configured readMaxBytes ${this.#maxBytes}`,
      Code.ResourceExhausted,
    );
  }

  /** To be called when more is to come. */
  own(): void {
    this.#bytes.own();
  }

  take(): Uint8Array {
    this.isTaken = true;
    return this.#bytes.take();
  }
}
