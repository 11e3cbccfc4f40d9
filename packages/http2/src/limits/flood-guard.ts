import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { Limits } from './limits.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * WINDOW_UPDATE frames allowed per HEADERS or DATA frame that we send. One frame can carry many messages, and grpcio
 * sends WINDOW_UPDATE after each of them. Envoy allows the same number.
 */
const updatesPerSentFrame = 20;
/** WINDOW_UPDATE frames allowed per HEADERS frame of the peer: grpcio enlarges the window of each stream it opens. */
const updatesPerReceivedHeaders = 4;

interface SentFrames {
  /** HEADERS and DATA frames sent so far. */
  readonly messageFrames: number;
}

/**
 * Limits the rate of frames that cost us more than the peer without advancing a request: RFC 9113, section 10.5.
 * Every method fails the connection with ENHANCE_YOUR_CALM if its rate is exceeded.
 */
export class FloodGuard {
  readonly #pings: RateLimit;
  readonly #settings: RateLimit;
  readonly #emptyFrames: RateLimit;
  readonly #controlFrames: RateLimit;
  readonly #resets: RateLimit;
  readonly #sent: SentFrames;
  #receivedHeaders = 0;

  constructor(limits: Limits, sent: SentFrames) {
    this.#sent = sent;
    this.#pings = new RateLimit(limits.pingsPerSecond);
    this.#settings = new RateLimit(limits.settingsPerSecond);
    this.#emptyFrames = new RateLimit(limits.emptyFramesPerSecond);
    this.#controlFrames = new RateLimit(limits.controlFramesPerSecond);
    this.#resets = new RateLimit(limits.resetsPerSecond, 5 * limits.resetsPerSecond);
  }

  onPing(): void {
    check(this.#pings.take(this.#sent.messageFrames), 'PING frames');
  }

  /** HEADERS frames have no limit here. Each of them allows more control frames. */
  onHeaders(): void {
    this.#receivedHeaders++;
  }

  onSettings(): void {
    check(this.#settings.take(), 'SETTINGS frames');
  }

  /** A DATA, HEADERS or CONTINUATION frame without content. */
  onEmptyFrame(): void {
    check(this.#emptyFrames.take(), 'empty frames');
  }

  /** A frame that carries no request: see `Limits.controlFramesPerSecond`. */
  onControlFrame(): void {
    const earned = this.#sent.messageFrames * updatesPerSentFrame + this.#receivedHeaders * updatesPerReceivedHeaders;
    check(this.#controlFrames.take(earned), 'control frames');
  }

  /** A stream that the peer reset, or that was reset because of the peer. */
  onReset(): void {
    check(this.#resets.take(), 'stream resets');
  }
}

function check(isWithinLimit: boolean, what: string): void {
  if (!isWithinLimit) fail(ErrorCode.ENHANCE_YOUR_CALM, `too many ${what} per second`);
}
