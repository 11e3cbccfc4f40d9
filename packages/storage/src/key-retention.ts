/** Minimum time that an idempotency key is kept, in milliseconds. */
export const keyRetentionMs = 24 * 60 * 60 * 1_000;

/** The number of expired keys that are deleted with each new one. It is more than one, so that a backlog shrinks. */
export const keysPrunedPerWrite = 2;
