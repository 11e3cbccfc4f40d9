import { dirname, join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';

const folder = join(import.meta.dirname, '..');

/** The file that pins the Python build tools with their hashes. */
export const pythonToolsRequirements = join(folder, 'requirements.txt');

/**
 * The Python programs that build and upload packages: hatchling and uv. They are installed if they are missing.
 *
 * @throws {ToolchainMissingError} when Python is missing
 */
export function pythonTools(): { program(name: string): string } {
  const environment = new PythonEnvironment({ folder: join(folder, '.venv'), requirements: pythonToolsRequirements });
  environment.install((text) => process.stderr.write(text));
  return { program: (name) => join(dirname(environment.python), name) };
}
