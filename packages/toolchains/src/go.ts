import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ToolchainMissingError } from './toolchain-missing-error.ts';

const programs = join(import.meta.dirname, '../../../tools/.bin');

/** @throws {ToolchainMissingError} when Go is missing */
export function needGo(): void {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
  } catch {
    throw new ToolchainMissingError('install Go 1.26 or newer, https://go.dev/dl');
  }
}

/**
 * Builds a Go program into tools/.bin; Go's cache makes that quick when nothing has changed.
 *
 * @param module the folder of the module that has, or pins, the package
 * @param name of the program
 * @returns its path
 * @throws {ToolchainMissingError} when Go is missing
 */
export async function buildGo(module: string, packagePath: string, name: string): Promise<string> {
  needGo();
  const path = join(programs, name);
  await promisify(execFile)('go', ['-C', module, 'build', '-o', path, packagePath]);
  return path;
}
