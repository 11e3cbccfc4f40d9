import type { HeaderList } from './headers/header-list.ts';
import { clock } from './limits/clock.ts';

/** What one stream has said and may not send yet. */
export class SendQueue {
  /** In it, in bytes. */
  bytes = 0;
  /** What follows the last of it: trailers, the end of the stream with the last DATA, or more. */
  end: HeaderList | 'data' | undefined = undefined;
  /** When the last of it left, or the first came. */
  progressAt = clock.now;
  #pieces: Uint8Array[] = [];
  #first = 0;
  /** How much of the first piece has left. */
  #offset = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Hands out the next bytes, at most `most` of them, as parts of what was pushed. */
  take(most: number, send: (piece: Uint8Array, start: number, end: number, isLast: boolean) => void): void {
    this.progressAt = clock.now;
    for (let left = Math.min(most, this.bytes); left > 0; ) {
      const piece = this.#pieces[this.#first] as Uint8Array;
      const start = this.#offset;
      const end = Math.min(piece.length, start + left);
      left -= end - start;
      this.bytes -= end - start;
      this.#advance(piece, end);
      send(piece, start, end, this.bytes === 0);
    }
  }

  #advance(piece: Uint8Array, offset: number): void {
    this.#offset = offset;
    if (offset < piece.length) return;
    this.#offset = 0;
    this.#first++;
    if (this.#first === this.#pieces.length) this.#pieces = [];
    else if (this.#first > 64) this.#pieces.splice(0, this.#first);
    else return;
    this.#first = 0;
  }
}
