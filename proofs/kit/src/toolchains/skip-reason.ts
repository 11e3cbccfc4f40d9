import { ToolchainMissingError } from './toolchain-missing-error.ts';

/**
 * The reason to skip a test: the toolchain that is missing for `prepare`. In CI a missing toolchain is a failure.
 *
 * @returns undefined when the toolchain is installed
 */
export async function skipReason(prepare: () => unknown): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    return error.message;
  }
}
