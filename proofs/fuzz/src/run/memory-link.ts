import { Duplex } from 'node:stream';
import type { Leaving } from '../cases/fuzz-case.ts';
import type { Link } from './link.ts';

/** The longest wait, in turns of the event loop. */
const maxTurns = 2_000;
/** After this many turns without output, the server is considered quiet, because nothing else can wake it. */
const quietTurns = 8;

/** A connection within the process. It depends on nothing but the event loop, which makes runs repeatable. */
export class MemoryLink implements Link {
  onOutput: (bytes: Buffer) => void = () => {};
  readonly socket: Duplex;
  hasEnded = false;
  #outputs = 0;

  /** @param isSlow completes each write of the server one turn later, like a busy socket */
  constructor(isSlow: boolean) {
    const take = (chunk: Buffer, done: () => void) => {
      this.#outputs++;
      // Copied, because the server may reuse the buffer after `done`.
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
    for (let turn = 0, seen = this.#outputs; turn < maxTurns && turn - lastOutput < quietTurns; turn++) {
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
