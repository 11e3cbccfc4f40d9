import type { Logger } from 'pino';

/** The time in which at most one line with the same reason is logged, in milliseconds. */
const quietMs = 1_000;

/**
 * Logs events of connections outside of calls. Clients can cause any number of such events, so each reason is logged at
 * most once a second: first the event, later the number of further events. At level debug every event is logged.
 */
export class ConnectionLog {
  readonly #logger: Logger;
  /** The number of lines left out in the current second, by kind and reason. */
  readonly #leftOut = new Map<string, number>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Logs a fault of a client, at level warn.
   *
   * @param kind the event
   * @param reason one of a few texts; never a secret
   */
  warn(kind: string, peer: string, reason: string): void {
    const key = `${kind}: ${reason}`;
    const leftOut = this.#leftOut.get(key);
    if (leftOut !== undefined && !this.#logger.isLevelEnabled('debug')) {
      this.#leftOut.set(key, leftOut + 1);
      return;
    }
    if (leftOut === undefined) this.#beQuiet(key, kind, reason);
    this.#logger.warn({ peer, reason }, kind);
  }

  #beQuiet(key: string, kind: string, reason: string): void {
    this.#leftOut.set(key, 0);
    setTimeout(() => {
      const count = this.#leftOut.get(key);
      this.#leftOut.delete(key);
      if (!count) return;
      this.#logger.warn({ count, reason }, kind);
      this.#beQuiet(key, kind, reason);
    }, quietMs).unref();
  }

  /** Logs events that well-behaved clients cause too, at level debug. */
  debug(kind: string, peer: string, reason: string): void {
    this.#logger.debug({ peer, reason }, kind);
  }

  /** Logs an error that is a bug of the server. */
  error(kind: string, peer: string, error: unknown): void {
    this.#logger.error({ peer, err: error }, kind);
  }
}
