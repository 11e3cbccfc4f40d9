/**
 * Ends waits from outside. What waited is forgotten at once, where each Promise.race against a promise that lives as long as a
 * stream would be kept, with the message that it brought, until the stream ends.
 */
export class Interruption {
  #reason: { readonly value: unknown } | undefined;
  readonly #waiting = new Set<(reason: unknown) => void>();

  /** Rejects everything that waits now, or will, with the reason. Only the first call counts. */
  interrupt(reason: unknown): void {
    this.#reason ??= { value: reason };
    for (const reject of this.#waiting) reject(this.#reason.value);
    this.#waiting.clear();
  }

  /** Settles like the work, or rejects when it is interrupted before. */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    work.then(resolve, reject);
    if (this.#reason !== undefined) reject(this.#reason.value);
    this.#waiting.add(reject);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(reject);
    }
  }
}
