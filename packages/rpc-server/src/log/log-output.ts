import { constants, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Lines are collected until the end of the turn of the event loop, or until they have this many characters. */
const batchLength = 16 * 1024;

/** The longest time between two attempts to write, in milliseconds. The first attempt is made in the next turn. */
const maxPauseMs = 100;

/** How long the exit of the process may be delayed by a slow reader, in milliseconds. */
const exitMs = 1_000;

/** The most bytes that one UTF-16 code unit takes. */
const maxUtf8Bytes = 3;

const stdout = 1;
const nothing = Buffer.alloc(0);

/**
 * Writes lines to standard output without ever waiting for its reader. If a pipe, terminal or disk is full, lines wait
 * up to a limit. Beyond the limit they are dropped and counted. Lengths are in characters.
 */
export class LogOutput {
  readonly #fd = openOutput();
  readonly #maxWaiting: number;
  readonly #droppedLine: (count: number) => string;
  /** The unwritten rest of the lines that are being written. */
  #rest: Buffer = nothing;
  /**
   * The lines that are being written. It has room for the worst case, because counting the bytes for a buffer of the
   * right size would take longer.
   */
  readonly #buffer = Buffer.allocUnsafeSlow(maxUtf8Bytes * 2 * batchLength);
  #lines = '';
  /** The number of lines dropped since the last of `#lines`. */
  #dropped = 0;
  #isWaiting = false;
  #pauseMs = 0;

  /** @param droppedLine creates the line that replaces the dropped ones */
  constructor(maxWaiting: number, droppedLine: (count: number) => string) {
    this.#maxWaiting = maxWaiting;
    this.#droppedLine = droppedLine;
    process.on('exit', () => this.#finish());
  }

  /** @param lines one or more, each with its end */
  write(lines: string): void {
    if (this.#rest.length + this.#lines.length + lines.length > this.#maxWaiting) {
      this.#dropped += lines.split('\n').length - 1;
      return;
    }
    if (this.#lines === '') setImmediate(this.#flush);
    this.#lines += lines;
    if (this.#lines.length >= batchLength) this.#flush();
  }

  #flush = () => {
    if (this.#isWaiting || this.#writeAll() === undefined) return;
    this.#isWaiting = true;
    if (this.#pauseMs === 0) setImmediate(this.#retry);
    else setTimeout(this.#retry, this.#pauseMs).unref();
    this.#pauseMs = Math.min(2 * this.#pauseMs + 1, maxPauseMs);
  };

  #retry = () => {
    this.#isWaiting = false;
    this.#flush();
  };

  /** @returns the error that prevents the remaining lines from being written */
  #writeAll(): NodeJS.ErrnoException | undefined {
    try {
      while (true) {
        if (this.#rest.length === 0) this.#rest = this.#takeLines();
        if (this.#rest.length === 0) return undefined;
        this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest));
        this.#pauseMs = 0;
      }
    } catch (error) {
      return error as NodeJS.ErrnoException;
    }
  }

  #takeLines(): Buffer {
    const lines = this.#dropped > 0 ? this.#lines + this.#droppedLine(this.#dropped) : this.#lines;
    this.#dropped = 0;
    this.#lines = '';
    if (maxUtf8Bytes * lines.length > this.#buffer.length) return Buffer.from(lines);
    return this.#buffer.subarray(0, this.#buffer.write(lines));
  }

  #finish(): void {
    const until = performance.now() + exitMs;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (this.#writeAll()?.code === 'EAGAIN' && performance.now() < until) Atomics.wait(clock, 0, 0, 1);
  }
}

/** Opens standard output so that a write to a full pipe or terminal fails with EAGAIN instead of blocking. */
function openOutput(): number {
  if (isatty(stdout)) {
    // Node writes to terminals synchronously, so that Ctrl-S would stop the process. Opening the terminal again gives
    // us a descriptor whose mode no other process shares.
    try {
      return openSync('/dev/stdout', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      return stdout;
    }
  }
  // Node makes a pipe or socket non-blocking when `process.stdout` is first read.
  void process.stdout;
  return stdout;
}
