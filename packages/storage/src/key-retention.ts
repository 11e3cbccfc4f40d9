/** Minimum time that an idempotency key is kept, in milliseconds. */
export const keyRetentionMs = 24 * 60 * 60 * 1_000;

/** How many expired keys are deleted with each new one. More than one, so that a backlog shrinks. */
export const keysPrunedPerWrite = 2;
