const maxRemembered = 1_024;

/**
 * The streams that we have reset. The peer may have sent frames on them before it received RST_STREAM; such frames are
 * ignored (RFC 9113, section 5.1, "closed"). Only the most recent streams are remembered. Older streams count as reset,
 * because it is not known how they ended.
 */
export class ResetStreams {
  readonly #ids = new Set<number>();
  /** The highest stream that has been forgotten to make room. */
  #highestForgotten = 0;

  add(streamId: number): void {
    this.#ids.add(streamId);
    if (this.#ids.size <= maxRemembered) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      this.#highestForgotten = Math.max(this.#highestForgotten, oldest);
      return;
    }
  }

  /** Called when the peer has ended the stream, too. From then on, the peer must send no frames on the stream. */
  onPeerEnd(streamId: number): void {
    this.#ids.delete(streamId);
  }

  /** Whether we reset this closed stream, or have forgotten how it was closed. */
  mayInclude(streamId: number): boolean {
    return streamId <= this.#highestForgotten || this.#ids.has(streamId);
  }
}
