import { ErrorCode } from './error-code.ts';
import type { Limits } from './limits/limits.ts';

/** What the deadlines need to know of a connection. */
export interface ConnectionState {
  /** Whether both sides know each other's SETTINGS. */
  readonly isGreeted: boolean;
  /** Whether a frame or a header block has begun and not ended. */
  readonly isWithinItem: boolean;
  /** How many have ended since the beginning. */
  readonly endedItems: number;
  readonly openStreams: number;
  /** What waits for the socket, and what it has taken since the beginning, in bytes. */
  readonly waitingBytes: number;
  readonly takenBytes: number;
}

/** Why a connection ends. */
export interface Expiry {
  readonly code: number;
  readonly message: string;
  /** Whether the peer cannot be told: it does not read. */
  readonly isLost: boolean;
}

const { SETTINGS_TIMEOUT, ENHANCE_YOUR_CALM, NO_ERROR } = ErrorCode;
const handshake = {
  code: SETTINGS_TIMEOUT,
  message: 'no SETTINGS of the peer, or no acknowledgement of ours',
  isLost: false,
};
const stalledInput = { code: ENHANCE_YOUR_CALM, message: 'a frame or a header block does not end', isLost: false };
const stalledOutput = { code: ENHANCE_YOUR_CALM, message: 'the peer does not read', isLost: true };
const gone = { code: NO_ERROR, message: 'the peer does not answer PING', isLost: true };

/** Which times of `Limits` are over. Times are those of `clock`. */
export class Deadlines {
  readonly #limits: Limits;
  readonly #begunAt: number;
  #readAt: number;
  #inputMovedAt: number;
  #endedItems = 0;
  #usedAt: number;
  #outputMovedAt: number;
  #takenBytes = 0;
  #pingedAt: number | undefined;

  constructor(limits: Limits, now: number) {
    this.#limits = limits;
    this.#begunAt = now;
    this.#readAt = now;
    this.#usedAt = now;
    this.#inputMovedAt = now;
    this.#outputMovedAt = now;
  }

  onRead(now: number): void {
    this.#readAt = now;
    this.#pingedAt = undefined;
  }

  /** PING was sent, to see whether the peer is there. */
  onPing(now: number): void {
    this.#pingedAt = now;
  }

  /** To be called from time to time. @returns what it is time for */
  due(state: ConnectionState, now: number): Expiry | 'ping' | 'drain' | undefined {
    const { handshakeMs, stallMs, idleMs, keepaliveMs, keepaliveTimeoutMs } = this.#limits;
    if (!state.isGreeted && now - this.#begunAt > handshakeMs) return handshake;

    if (!state.isWithinItem || state.endedItems !== this.#endedItems) this.#inputMovedAt = now;
    this.#endedItems = state.endedItems;
    if (now - this.#inputMovedAt > stallMs) return stalledInput;

    if (state.waitingBytes === 0 || state.takenBytes !== this.#takenBytes) this.#outputMovedAt = now;
    this.#takenBytes = state.takenBytes;
    if (now - this.#outputMovedAt > stallMs) return stalledOutput;

    if (this.#pingedAt !== undefined && now - this.#pingedAt > keepaliveTimeoutMs) return gone;
    if (this.#pingedAt === undefined && now - this.#readAt > keepaliveMs) return 'ping';

    if (state.openStreams > 0) this.#usedAt = now;
    return now - this.#usedAt > idleMs ? 'drain' : undefined;
  }
}
