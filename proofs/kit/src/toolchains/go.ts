import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../root.ts';
import { needProgram } from './outside-programs.ts';

/** The module that pins the Go programs of other authors. */
export const goTools = join(root, 'tools/go');

const programs = join(root, 'tools/.bin');

/**
 * Runs the go command in the folder of a module.
 *
 * @param signal ends the command
 * @returns its standard output
 * @throws {ToolchainMissingError} when Go is missing
 */
export async function runGo(module: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  needProgram('go');
  const { stdout } = await promisify(execFile)('go', ['-C', module, ...args], { ...(signal && { signal }) });
  return stdout;
}

/**
 * Builds a Go program into tools/.bin. With Go's cache this is fast when nothing has changed.
 *
 * @param module the folder of the module that contains or pins the package
 * @param name the file name of the program
 * @param signal ends the build
 * @returns the path of the program
 * @throws {ToolchainMissingError} when Go is missing
 */
export async function buildGo(
  module: string,
  packagePath: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  // Windows runs only files with this extension.
  const path = join(programs, process.platform === 'win32' ? `${name}.exe` : name);
  await runGo(module, ['build', '-o', path, packagePath], signal);
  return path;
}
