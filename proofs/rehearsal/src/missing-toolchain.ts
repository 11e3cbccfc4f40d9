import { needProgram, ToolchainMissingError } from '@example/kit/toolchains';
import { pythonTools } from '@example/release';

/** @returns the toolchain that is missing for tests of releases; in CI a missing toolchain is an error */
export function missingToolchain(): string | undefined {
  try {
    needProgram('go');
    pythonTools();
    return undefined;
  } catch (error) {
    if (error instanceof ToolchainMissingError && !process.env['CI']) return error.message;
    throw error;
  }
}
