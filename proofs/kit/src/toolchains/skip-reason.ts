import { ToolchainMissingError } from './toolchain-missing-error.ts';

/**
 * The reason to skip a test: the toolchain that `prepare` finds missing. In CI a missing toolchain is a failure.
 *
 * @returns undefined when the toolchain is there
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
