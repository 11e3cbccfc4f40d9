const remembered = 1_024;

/**
 * The streams that we have reset, on which frames may still be on their way: those are ignored, as RFC 9113, section 5.1 ("closed"), has
 * it. Only the last are known; of older streams it is not known how they ended.
 */
export class ResetStreams {
  readonly #ids = new Set<number>();
  #oldest = 0;

  add(streamId: number): void {
    this.#ids.add(streamId);
    if (this.#ids.size <= remembered) return;
    for (const id of this.#ids) {
      this.#ids.delete(id);
      this.#oldest = Math.max(this.#oldest, id);
      return;
    }
  }

  /** The peer has ended the stream as well: nothing of it is on its way. */
  forget(streamId: number): void {
    this.#ids.delete(streamId);
  }

  /** Whether a closed stream was, or may have been, reset by us. */
  mayHave(streamId: number): boolean {
    return streamId <= this.#oldest || this.#ids.has(streamId);
  }
}
