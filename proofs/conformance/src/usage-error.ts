/** Whoever ran a command has to do something; the message says what, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
