/**
 * The bytes of a request, for one reader. They are given back to the client's window when the reader takes them.
 *
 * @throws the reason of `interrupt`, from the iteration
 */
export class ByteStream implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #consume: (bytes: number) => void;
  readonly #chunks: Uint8Array[] = [];
  #hasEnded = false;
  #reason: { readonly value: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param consume lets the client send as many bytes more */
  constructor(consume: (bytes: number) => void) {
    this.#consume = consume;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
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
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#consume(chunk.length);
        return { done: false, value: chunk };
      }
      if (this.#hasEnded) return { done: true, value: undefined };
      if (this.#reason !== undefined) throw this.#reason.value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#hasEnded = true;
    this.#chunks.length = 0;
    return { done: true, value: undefined };
  }
}
