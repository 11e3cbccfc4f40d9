import { ToolchainMissingError } from '@example/kit/toolchains';

/** Why a test is left out: what `prepare` finds missing; undefined when it is there. In CI a missing toolchain is a failure. */
export async function whyNot(prepare: () => unknown): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    return error.message;
  }
}
