import type { Duplex } from 'node:stream';
import type { ConnectionMemory } from '../limits/connection-memory.ts';

/** With more unsent bytes than this in the socket, nothing is read from the peer: its frames would only add to them. */
const pauseAtBytes = 512 * 1024;

/** Counts the bytes in the socket's write buffer, and pauses reading from a peer that does not read them. */
export class WriteBackpressure {
  readonly #socket: Duplex;
  readonly #memory: ConnectionMemory;
  #bytes = 0;
  #isPaused = false;

  constructor(socket: Duplex, memory: ConnectionMemory) {
    this.#socket = socket;
    this.#memory = memory;
  }

  /** Call after the socket has been written to, and after it has drained. */
  update(): void {
    const bytes = this.#socket.writableLength;
    if (bytes === this.#bytes) return;
    this.#memory.adjust(bytes - this.#bytes);
    this.#bytes = bytes;
    if (bytes > pauseAtBytes === this.#isPaused) return;
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Call when the socket has closed. */
  release(): void {
    this.#memory.adjust(-this.#bytes);
    this.#bytes = 0;
  }
}
