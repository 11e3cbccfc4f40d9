/** The tools of a language are not on this machine. The message names what to install. */
export class ToolchainMissingError extends Error {
  override readonly name = 'ToolchainMissingError';
}
