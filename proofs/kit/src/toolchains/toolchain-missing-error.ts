/** A language's tools are not on this machine; the message says what to install. */
export class ToolchainMissingError extends Error {
  override readonly name = 'ToolchainMissingError';
}
