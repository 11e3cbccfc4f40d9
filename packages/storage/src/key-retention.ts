/** How long the key of a request is kept at least, in milliseconds. */
export const keyKeptMs = 24 * 60 * 60 * 1_000;

/** How many keys that are past that time go with each new one: more than one, so that they get fewer. */
export const keysPruned = 2;
