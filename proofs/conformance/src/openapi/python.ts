import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { installPython, PythonEnvironment } from '@example/kit/toolchains';

const folder = join(root, 'proofs/conformance/openapi');
const environment = new PythonEnvironment({
  folder: join(folder, '.venv'),
  requirements: join(folder, 'requirements.txt'),
});

/** Installs schemathesis and openapi-spec-validator. @throws {ToolchainMissingError} */
export function installOpenApiTools(): void {
  installPython(environment);
}

/** The path of an installed tool. */
export function openApiTool(name: 'python' | 'schemathesis' | 'openapi-spec-validator'): string {
  return join(dirname(environment.python), name);
}
