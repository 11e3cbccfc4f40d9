import { ErrorCode } from './error-code.ts';
import { FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import { clock } from './limits/clock.ts';
import type { Pings } from './pings.ts';
import type { RequestStreams } from './request-streams.ts';

/** The last stream of the first GOAWAY of two: the highest there is. */
const highestStream = 0x7fffffff;
/** How long the second GOAWAY waits for the answer to PING, in milliseconds. */
const roundTripMs = 1_000;
const nothing = new Uint8Array();

/** The graceful end of a connection, ours or the peer's: RFC 9113, section 6.8. */
export class Goodbye {
  readonly #output: Output;
  readonly #pings: Pings;
  readonly #streams: RequestStreams;
  readonly #onDone: (by: 'server' | 'peer') => void;
  readonly #onDrained: (() => void)[] = [];
  #state: 'open' | 'announced' | 'said' = 'open';
  #announcedAt = 0;
  #isPeerLeaving = false;

  /** @param onDone called when it was said, and no stream is open */
  constructor(output: Output, pings: Pings, streams: RequestStreams, onDone: (by: 'server' | 'peer') => void) {
    this.#output = output;
    this.#pings = pings;
    this.#streams = streams;
    this.#onDone = onDone;
  }

  get isUnderWay(): boolean {
    return this.#isPeerLeaving || this.#state !== 'open';
  }

  /** Says that no more streams should come. The last that was taken is said a round trip later, when all that were on their way are here. */
  drain(onDrained: () => void): void {
    this.#onDrained.push(onDrained);
    if (this.#state !== 'open') return;
    this.#state = 'announced';
    this.#announcedAt = clock.now;
    sayGoaway(this.#output, highestStream, ErrorCode.NO_ERROR);
    this.#pings.send(() => this.#sayLastStream());
  }

  #sayLastStream(): void {
    if (this.#state !== 'announced') return;
    this.#state = 'said';
    this.#streams.stop();
    sayGoaway(this.#output, this.#streams.lastTaken, ErrorCode.NO_ERROR);
    this.endIfDone();
  }

  /** GOAWAY of the peer: it wants no stream of ours, of which there are none, and leaves when its own have ended. */
  onPeerGoaway(): void {
    this.#isPeerLeaving = true;
    this.endIfDone();
  }

  /** To be called from time to time: the peer may not answer PING. */
  onTick(now: number): void {
    if (now - this.#announcedAt > roundTripMs) this.#sayLastStream();
  }

  endIfDone(): void {
    if (this.#streams.size > 0 || !(this.#state === 'said' || this.#isPeerLeaving)) return;
    for (const onDrained of this.#onDrained.splice(0)) onDrained();
    this.#onDone(this.#state === 'said' ? 'server' : 'peer');
  }
}

/** RFC 9113, section 6.8. @param message for who looks at the frame; of characters up to U+00FF */
export function sayGoaway(output: Output, lastStream: number, code: number, message = ''): void {
  const payload = Buffer.alloc(8 + message.length);
  payload.writeUInt32BE(lastStream);
  payload.writeUInt32BE(code, 4);
  payload.write(message, 8, 'latin1');
  output.frame(FrameType.GOAWAY, 0, 0, nothing, payload, 0, payload.length);
}
