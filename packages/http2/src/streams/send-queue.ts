import type { FrameWriter } from '../frames/frame-writer.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { coarseClock } from '../limits/coarse-clock.ts';

const nothing = new Uint8Array();
/** Sent pieces are removed from the array in batches of this size. */
const compactAt = 64;

/** The data of one stream that waits for the flow-control window or for the socket. */
export class SendQueue {
  /** The queued bytes. */
  bytes = 0;
  /**
   * The end of the message after the data: trailers, or END_STREAM on the last DATA frame. Undefined if more may be
   * queued.
   */
  end: HeaderList | 'data' | undefined = undefined;
  /** When data was last sent, or when the queue was created: a time of `coarseClock`. */
  progressAt = coarseClock.now;
  #pieces: Uint8Array[] = [];
  #first = 0;
  /** The bytes of the first piece that have been sent. */
  #offset = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /**
   * Sends queued bytes as DATA, with END_STREAM if `end` is `data` and they are the last.
   *
   * @param limit in bytes, at most `maxFrameBytes`
   * @returns the number of bytes sent
   */
  send(writer: FrameWriter, streamId: number, limit: number): number {
    this.progressAt = coarseClock.now;
    const sent = Math.min(limit, this.bytes);
    for (let left = sent; left > 0; ) {
      const piece = this.#pieces[this.#first] as Uint8Array;
      const start = this.#offset;
      const end = Math.min(piece.length, start + left);
      left -= end - start;
      this.bytes -= end - start;
      this.#advance(piece, end);
      writer.data(streamId, nothing, piece, start, end, this.bytes === 0 && this.end === 'data');
    }
    return sent;
  }

  #advance(piece: Uint8Array, offset: number): void {
    this.#offset = offset;
    if (offset < piece.length) return;
    this.#offset = 0;
    this.#first++;
    if (this.#first === this.#pieces.length) this.#pieces = [];
    else if (this.#first > compactAt) this.#pieces.splice(0, this.#first);
    else return;
    this.#first = 0;
  }
}
