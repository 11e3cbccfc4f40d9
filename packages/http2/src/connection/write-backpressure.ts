import type { Duplex } from 'node:stream';

/**
 * Reading from the peer pauses while the socket has more unsent bytes than this: the responses to more frames would
 * only add to them.
 */
const pauseAtBytes = 512 * 1024;

/** Counts the bytes in the socket's write buffer. Reading from the peer pauses while the peer does not read them. */
export class WriteBackpressure {
  readonly #socket: Duplex;
  readonly #onBuffered: (bytes: number) => void;
  #bytes = 0;
  /** The bytes of an incomplete header block. */
  #held = 0;
  #isPaused = false;

  constructor(socket: Duplex, onBuffered: (bytes: number) => void) {
    this.#socket = socket;
    this.#onBuffered = onBuffered;
  }

  /** @param bytes the size of the header block that is being received, which counts as buffered; 0 without one */
  hold(bytes: number): void {
    if (bytes === this.#held) return;
    this.#held = bytes;
    this.#onBuffered(this.#bytes + bytes);
  }

  /** Call after the socket has been written to, and after it has drained. */
  update(): void {
    const bytes = this.#socket.writableLength;
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#onBuffered(bytes + this.#held);
    if (bytes > pauseAtBytes === this.#isPaused) return;
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#socket.pause();
    else this.#socket.resume();
  }
}
