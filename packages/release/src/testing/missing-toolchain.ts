import { needGo, ToolchainMissingError } from '@example/kit/toolchains';
import { pythonTools } from '../python-tools.ts';

/** @returns why releases cannot be tested on this machine; in CI they have to be */
export function missingToolchain(): string | undefined {
  try {
    needGo();
    pythonTools();
    return undefined;
  } catch (error) {
    if (error instanceof ToolchainMissingError && !process.env['CI']) return error.message;
    throw error;
  }
}
