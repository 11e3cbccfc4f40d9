/**
 * The initial flow-control window of a connection, and of its streams until SETTINGS change it: RFC 9113, section
 * 6.9.2.
 */
export const initialWindowBytes = 65_535;

/** The largest flow-control window: RFC 9113, section 6.9.1. */
export const maxWindowBytes = 0x7fffffff;
