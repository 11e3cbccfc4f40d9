import { Duplex } from 'node:stream';
import type { Leaving, Link } from './link.ts';

/** Turns of the event loop in which everything must have come true. */
const mostTurns = 2_000;
/** Turns without any sign of the server, after which there will be none. */
const quietTurns = 8;

/** A connection within the process: nothing in it waits for anything but the event loop. */
export class MemoryLink implements Link {
  onOutput: (bytes: Buffer) => void = () => {};
  readonly socket: Duplex;
  hasEnded = false;
  #outputs = 0;

  /** @param isSlow takes a write of the server a turn later, as a socket that is busy does */
  constructor(isSlow: boolean) {
    const take = (chunk: Buffer, done: () => void) => {
      this.#outputs++;
      // A copy: the server may use its buffer again from `done` on.
      this.onOutput(Buffer.from(chunk));
      done();
    };
    this.socket = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        if (isSlow) setImmediate(take, chunk, done);
        else take(chunk, done);
      },
      final: (done) => {
        this.hasEnded = true;
        done();
      },
    });
  }

  send(chunk: Buffer): void {
    if (!this.socket.destroyed) this.socket.push(chunk);
  }

  async until(isTrue: () => boolean): Promise<boolean> {
    let lastOutput = 0;
    for (let turn = 0, seen = this.#outputs; turn < mostTurns && turn - lastOutput < quietTurns; turn++) {
      if (isTrue()) return true;
      await new Promise(setImmediate);
      if (this.#outputs !== seen) lastOutput = turn;
      seen = this.#outputs;
    }
    return isTrue();
  }

  leave(how: Leaving): void {
    if (how === 'vanishes') this.socket.destroy(new Error('gone'));
    else if (!this.socket.destroyed) this.socket.push(null);
  }
}
