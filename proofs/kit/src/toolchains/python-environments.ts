import { delimiter, join } from 'node:path';
import { root } from '../root.ts';
import { PythonEnvironment } from './python.ts';

const inFolder = (folder: string) =>
  new PythonEnvironment({
    folder: join(root, folder, '.venv'),
    requirements: join(root, folder, 'requirements.txt'),
  });

/** The environment of examples/python: grpcio, reflection, betterproto2 and the tools that check them. */
export const examplePython = inFolder('examples/python');

/** The environment of tools/python: the generators of Python code. */
export const toolsPython = inFolder('tools/python');

/** PYTHONPATH for programs in `examplePython`: the generated code and the example are not installed. */
export const examplePythonPath = ['gen/python', 'examples/python/src'].map((path) => join(root, path)).join(delimiter);

/** Installs an environment, with its progress on standard error. @throws {ToolchainMissingError} */
export function installPython(environment: PythonEnvironment): void {
  environment.install((text) => process.stderr.write(text));
}
