import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../root.ts';
import { needProgram } from './outside-programs.ts';

/** The module that pins the programs of other authors. */
export const outsideModule = join(root, 'tools/outside');

const programs = join(root, 'tools/.bin');

/**
 * Runs the go command in the folder of a module.
 *
 * @param signal ends the command
 * @returns its standard output
 * @throws {ToolchainMissingError} when the Go toolchain is missing
 */
export async function runInModule(module: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const go = needProgram('go');
  const { stdout } = await promisify(execFile)(go, ['-C', module, ...args], { ...(signal && { signal }) });
  return stdout;
}

/**
 * Builds a program of a module into tools/.bin. With the toolchain's cache this is fast when nothing has changed.
 *
 * @param module the folder of the module that contains or pins the package
 * @param name the file name of the program
 * @param signal ends the build
 * @returns the path of the program
 * @throws {ToolchainMissingError} when the Go toolchain is missing
 */
export async function buildProgram(
  module: string,
  packagePath: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  // Windows runs only files with this extension.
  const path = join(programs, process.platform === 'win32' ? `${name}.exe` : name);
  await runInModule(module, ['build', '-o', path, packagePath], signal);
  return path;
}
