import { ConnectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { Limits } from './limits.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * How many WINDOW_UPDATE frames a HEADERS or DATA frame of ours may bring about: there may be many messages in it, and grpcio gives the
 * window back after each. Envoy allows as many.
 */
const updatesPerMessageFrame = 20;
/** How many a HEADERS frame of the peer may: grpcio opens the window of each stream that it begins. */
const updatesPerRequest = 4;

/** What brings frames of the peer about. */
interface Sent {
  /** HEADERS and DATA frames that were sent so far. */
  readonly messageFrames: number;
}

/** Frames that cost us more than the peer, and do nothing for a request: RFC 9113, section 10.5. */
export class FrameRates {
  readonly #pings: RateLimit;
  readonly #settings: RateLimit;
  readonly #empty: RateLimit;
  readonly #control: RateLimit;
  readonly #resets: RateLimit;
  readonly #sent: Sent;
  #requests = 0;

  constructor(limits: Limits, sent: Sent) {
    this.#sent = sent;
    this.#pings = new RateLimit(limits.pingsPerSecond);
    this.#settings = new RateLimit(limits.settingsPerSecond);
    this.#empty = new RateLimit(limits.emptyFramesPerSecond);
    this.#control = new RateLimit(limits.controlFramesPerSecond);
    this.#resets = new RateLimit(limits.resetsPerSecond, 5 * limits.resetsPerSecond);
  }

  ping(): void {
    check(this.#pings.take(this.#sent.messageFrames), 'PING frames');
  }

  headers(): void {
    this.#requests++;
  }

  settings(): void {
    check(this.#settings.take(), 'SETTINGS frames');
  }

  empty(): void {
    check(this.#empty.take(), 'empty frames');
  }

  control(): void {
    const earned = this.#sent.messageFrames * updatesPerMessageFrame + this.#requests * updatesPerRequest;
    check(this.#control.take(earned), 'frames that ask for nothing');
  }

  reset(): void {
    check(this.#resets.take(), 'streams that were reset');
  }
}

function check(isWithin: boolean, what: string): void {
  if (!isWithin) throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, `too many ${what} a second`);
}
