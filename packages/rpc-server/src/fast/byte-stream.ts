import type { Stream } from '@example/http2';
import { GatheredBytes } from './gathered-bytes.ts';

type ByteSource = Pick<Stream, 'consume' | 'readAhead' | 'discard'>;

/**
 * The bytes of a request, for one reader, who is given all that waits at once.
 *
 * @throws the reason of `interrupt`, from the iteration
 */
export class ByteStream implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #stream: ByteSource;
  readonly #waiting = new GatheredBytes();
  #hasEnded = false;
  #reason: { readonly value: unknown } | undefined;
  #wake: (() => void) | undefined;
  /** Whether its reader keeps all that it is given, so that it counts as buffered for as long as the stream is open. */
  isKept = false;

  constructor(stream: ByteSource) {
    this.#stream = stream;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(chunk: Uint8Array, start: number, end: number): void {
    this.#waiting.push(chunk, start, end);
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  interrupt(reason: unknown): void {
    this.#reason ??= { value: reason };
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (true) {
      if (this.#waiting.length > 0) return { done: false, value: this.#take() };
      if (this.#hasEnded) return { done: true, value: undefined };
      if (this.#reason !== undefined) throw this.#reason.value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(): Uint8Array {
    if (this.isKept) this.#stream.readAhead();
    else this.#stream.consume(this.#waiting.length);
    return this.#waiting.take();
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#hasEnded = true;
    this.#waiting.take();
    this.#stream.discard();
    return { done: true, value: undefined };
  }
}
