import type { Goaway } from '../api.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { FrameType } from '../frames/frame-type.ts';
import type { FrameWriter } from '../frames/frame-writer.ts';
import { coarseClock } from '../limits/coarse-clock.ts';
import type { Pings } from './pings.ts';
import type { Role } from './role.ts';

/** The last stream in the first of the two GOAWAY frames: the highest possible stream. */
const maxStreamId = 0x7fffffff;
/** The longest time to wait for the acknowledgement of PING before the second GOAWAY, in milliseconds. */
const maxRoundTripMs = 1_000;
const nothing = new Uint8Array();

/** The side that has started a shutdown or ended the connection. */
export type Side = 'local' | 'peer';

/** The graceful shutdown of a connection, started by either side: RFC 9113, section 6.8. */
export class GracefulShutdown {
  readonly #writer: FrameWriter;
  readonly #pings: Pings;
  readonly #role: Role;
  readonly #onDone: (startedBy: Side) => void;
  readonly #onDrained: (() => void)[] = [];
  /** `announced`: the first GOAWAY has been sent. `final`: the second one as well. */
  #state: 'open' | 'announced' | 'final' = 'open';
  #announcedAt = 0;
  #hasPeerGoaway = false;

  /** @param onDone called when no stream is open and none will follow */
  constructor(writer: FrameWriter, pings: Pings, role: Role, onDone: (startedBy: Side) => void) {
    this.#writer = writer;
    this.#pings = pings;
    this.#role = role;
    this.#onDone = onDone;
  }

  get isStarted(): boolean {
    return this.#hasPeerGoaway || this.#state !== 'open';
  }

  /**
   * Asks the peer to open no more streams. If the peer has already opened some, they arrive before it acknowledges the
   * PING.
   */
  drain(onDrained: () => void): void {
    this.#onDrained.push(onDrained);
    if (this.#state !== 'open') return;
    const wasStarted = this.isStarted;
    this.#state = 'announced';
    if (!wasStarted) this.#role.onDraining();
    if (!this.#role.peerOpensStreams) {
      this.#sendFinalGoaway();
      return;
    }
    this.#announcedAt = coarseClock.now;
    sendGoaway(this.#writer, maxStreamId, ErrorCode.NO_ERROR);
    this.#pings.send(() => this.#sendFinalGoaway());
  }

  #sendFinalGoaway(): void {
    if (this.#state !== 'announced') return;
    this.#state = 'final';
    this.#role.streams.stopAccepting();
    sendGoaway(this.#writer, this.#role.streams.lastAcceptedId, ErrorCode.NO_ERROR);
    this.finishIfIdle();
  }

  /** The caller has to call `finishIfIdle` next. */
  onPeerGoaway(goaway: Goaway): void {
    const wasStarted = this.isStarted;
    this.#hasPeerGoaway = true;
    if (!wasStarted) this.#role.onDraining(goaway);
  }

  /** Sends the second GOAWAY if the peer has not acknowledged PING in time. */
  onTick(now: number): void {
    if (now - this.#announcedAt > maxRoundTripMs) this.#sendFinalGoaway();
  }

  /** Completes the shutdown if it has been started and no stream is open. */
  finishIfIdle(): void {
    if (this.#role.streams.size > 0 || !(this.#state === 'final' || this.#hasPeerGoaway)) return;
    for (const onDrained of this.#onDrained.splice(0)) onDrained();
    this.#onDone(this.#state === 'final' ? 'local' : 'peer');
  }
}

/** RFC 9113, section 6.8. @param message the debug data: characters up to U+00FF */
export function sendGoaway(writer: FrameWriter, lastStreamId: number, code: number, message = ''): void {
  const payload = Buffer.alloc(8 + message.length);
  payload.writeUInt32BE(lastStreamId);
  payload.writeUInt32BE(code, 4);
  payload.write(message, 8, 'latin1');
  writer.frame(FrameType.GOAWAY, 0, 0, nothing, payload, 0, payload.length);
}
