import type { CallConnection } from '../connection/call-connection.ts';

/** The times of keepalive, in milliseconds. */
export interface KeepaliveOptions {
  /** The silence of a connection with open calls after which PING is sent. Default: 1,000. */
  readonly silenceMs: number;
  /** The time for the server to send anything after a PING. Then the connection is closed. Default: 3,000. */
  readonly timeoutMs: number;
  /** The time between further PINGs of the same silence: servers accept one in five minutes. */
  readonly intervalMs: number;
}

export const defaultKeepalive: KeepaliveOptions = Object.freeze({
  silenceMs: 1_000,
  timeoutMs: 3_000,
  intervalMs: 330_000,
});

/**
 * The number of quick PINGs in one silence. A server counts each PING after the first as a strike, and closes the
 * connection at the third strike.
 */
const quickPings = 2;

/**
 * Finds out whether a silent server is still there, without a GOAWAY with `too_many_pings`: gRFC A8. A connection
 * without calls gets no PING. HEADERS or DATA from the server reset its count of strikes. Each silence therefore has
 * two quick PINGs, and after these only one in each `intervalMs`.
 */
export class Keepalive {
  readonly #connection: CallConnection;
  readonly #options: KeepaliveOptions;
  #received = -1;
  #silentSince = 0;
  #pings = 0;
  #pingedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(connection: CallConnection, options: KeepaliveOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** @param now by the clock of the channel */
  onTick(now: number): void {
    const { receivedBytes, openStreams, canPing } = this.#connection;
    if (openStreams === 0 || !canPing || receivedBytes !== this.#received) this.#onSign(now, receivedBytes);
    else if (this.#isWaiting) {
      if (now - this.#pingedAt >= this.#options.timeoutMs) this.#connection.close();
    } else if (this.#isDue(now)) this.#ping(now);
  }

  #isDue(now: number): boolean {
    const { silenceMs, intervalMs } = this.#options;
    const since = Math.max(this.#silentSince, this.#pingedAt);
    return now - since >= (this.#pings < quickPings ? silenceMs * (this.#pings + 1) : intervalMs);
  }

  #ping(now: number): void {
    this.#pings += 1;
    this.#pingedAt = now;
    this.#isWaiting = true;
    this.#connection.ping(() => {
      this.#isWaiting = false;
      // The bytes of the acknowledgement do not count as activity, because they only respond to our PING.
      this.#received = this.#connection.receivedBytes;
    });
  }

  #onSign(now: number, receivedBytes: number): void {
    this.#received = receivedBytes;
    this.#silentSince = now;
    this.#pings = 0;
    this.#isWaiting = false;
  }
}
