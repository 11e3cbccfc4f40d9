import type { Duplex } from 'node:stream';
import type { MemoryShare } from './limits/memory-share.ts';

/** With more than that unread by the peer nothing is read from it, in bytes: what it says could only bring about more. */
const unreadLimit = 512 * 1024;

/** What was given to the socket, and the peer does not read. */
export class Backlog {
  readonly #socket: Duplex;
  readonly #memory: MemoryShare;
  #bytes = 0;
  #isPaused = false;

  constructor(socket: Duplex, memory: MemoryShare) {
    this.#socket = socket;
    this.#memory = memory;
  }

  /** To be called when the socket was given more, or has taken some. */
  onChange(): void {
    const bytes = this.#socket.writableLength;
    if (bytes === this.#bytes) return;
    this.#memory.adjust(bytes - this.#bytes);
    this.#bytes = bytes;
    if (bytes > unreadLimit === this.#isPaused) return;
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** The socket is closed. */
  forget(): void {
    this.#memory.adjust(-this.#bytes);
    this.#bytes = 0;
  }
}
