import { ErrorCode } from '../errors/error-code.ts';
import type { Limits } from '../limits/limits.ts';

/** The state of a connection that its timeouts depend on. */
export interface ConnectionActivity {
  /** Whether both sides have received each other's SETTINGS. */
  readonly hasExchangedSettings: boolean;
  /** Whether a frame or a header block has started but is not complete. */
  readonly isWithinFrame: boolean;
  /** The number of frames and header blocks that have been completed so far. */
  readonly completedFrames: number;
  readonly openStreams: number;
  /** Bytes in the socket's write buffer. */
  readonly unsentBytes: number;
  /** Bytes that have left the socket's write buffer so far. */
  readonly sentBytes: number;
}

/** A timeout that ends the connection. */
export interface FatalTimeout {
  readonly code: number;
  readonly message: string;
  /** True if the peer does not read, and therefore cannot receive GOAWAY. The socket is then destroyed at once. */
  readonly isUnreachable: boolean;
}

const { SETTINGS_TIMEOUT, ENHANCE_YOUR_CALM, NO_ERROR } = ErrorCode;
const handshake = {
  code: SETTINGS_TIMEOUT,
  message: 'timeout: no SETTINGS or no acknowledgement from the peer',
  isUnreachable: false,
};
const stalledInput = {
  code: ENHANCE_YOUR_CALM,
  message: 'timeout: incomplete frame or header block',
  isUnreachable: false,
};
const stalledOutput = { code: ENHANCE_YOUR_CALM, message: 'timeout: the peer does not read', isUnreachable: true };
const lostPeer = { code: NO_ERROR, message: 'timeout: the peer does not acknowledge PING', isUnreachable: true };

/** Checks the timeouts of `Limits`. All times are those of `coarseClock`. */
export class ConnectionTimeouts {
  readonly #limits: Limits;
  readonly #startedAt: number;
  #lastReadAt: number;
  #inputProgressAt: number;
  #completedFrames = 0;
  #lastUsedAt: number;
  #outputProgressAt: number;
  #sentBytes = 0;
  #pingSentAt: number | undefined;

  constructor(limits: Limits, now: number) {
    this.#limits = limits;
    this.#startedAt = now;
    this.#lastReadAt = now;
    this.#lastUsedAt = now;
    this.#inputProgressAt = now;
    this.#outputProgressAt = now;
  }

  onRead(now: number): void {
    this.#lastReadAt = now;
    this.#pingSentAt = undefined;
  }

  /** A keepalive PING has been sent. */
  onPingSent(now: number): void {
    this.#pingSentAt = now;
  }

  /** Call on every tick of the clock. @returns the action that is due */
  check(activity: ConnectionActivity, now: number): FatalTimeout | 'ping' | 'drain' | undefined {
    const { handshakeMs, stallMs, idleMs, keepaliveMs, keepaliveTimeoutMs, keepaliveWhenIdle } = this.#limits;
    if (!activity.hasExchangedSettings && now - this.#startedAt > handshakeMs) return handshake;

    if (!activity.isWithinFrame || activity.completedFrames !== this.#completedFrames) this.#inputProgressAt = now;
    this.#completedFrames = activity.completedFrames;
    if (now - this.#inputProgressAt > stallMs) return stalledInput;

    if (activity.unsentBytes === 0 || activity.sentBytes !== this.#sentBytes) this.#outputProgressAt = now;
    this.#sentBytes = activity.sentBytes;
    if (now - this.#outputProgressAt > stallMs) return stalledOutput;

    if (this.#pingSentAt !== undefined && now - this.#pingSentAt > keepaliveTimeoutMs) return lostPeer;
    const isUsed = activity.openStreams > 0;
    const isPingDue = this.#pingSentAt === undefined && now - this.#lastReadAt > keepaliveMs;
    if (isPingDue && (isUsed || keepaliveWhenIdle)) return 'ping';

    if (isUsed) this.#lastUsedAt = now;
    return now - this.#lastUsedAt > idleMs ? 'drain' : undefined;
  }
}
