/** The calls of a client during a rollout. */
export interface LoadResult {
  readonly calls: number;
  /** The reasons of failed calls. */
  readonly failures: readonly string[];
}

/** Calls a port of 127.0.0.1 until the signal fires. */
export type Load = (port: number, over: AbortSignal) => Promise<LoadResult>;

/** The number of concurrent callers of each client. */
export const callers = 4;
/** The timeout of a call, in milliseconds. */
export const timeoutMs = 30_000;
/**
 * The pause of a caller between two calls, in milliseconds. Without it, the clients would use all of the CPU, and their
 * connections would never be idle when a pod ends.
 */
export const pauseMs = 5;
