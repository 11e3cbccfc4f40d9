import { dirname, join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';

const environment = new PythonEnvironment({
  folder: join(import.meta.dirname, '../.venv'),
  requirements: join(import.meta.dirname, '../requirements.txt'),
});

/** Installs the programs below. @throws {ToolchainMissingError} */
export const installValidators = () => environment.install((text) => process.stderr.write(text));

/** Python with kubernetes-validate, which contains the schemas of Kubernetes. */
export const python = environment.python;

export const hadolint = join(dirname(environment.python), 'hadolint');
