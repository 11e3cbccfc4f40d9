/** The waits between attempts, in milliseconds. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
  /** How many times longer each wait is than the previous one. Default: 1.6 */
  readonly factor?: number;
}

const jitter = 0.2;

/**
 * The next wait in milliseconds, up to a fifth longer or shorter at random, so that many clients do not try at the same
 * time: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md.
 *
 * @param waits how many waits there were before
 */
export function backoffMs(waits: number, { initialMs, maxMs, factor = 1.6 }: Backoff): number {
  return Math.min(initialMs * factor ** waits, maxMs) * (1 + jitter * (2 * Math.random() - 1));
}
