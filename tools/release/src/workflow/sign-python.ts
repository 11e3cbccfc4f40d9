import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';
import { pythonFiles } from '../artefacts/pack.ts';
import { releaseFiles } from '../prepare/release-record.ts';
import { run } from '../run.ts';

const folder = join(import.meta.dirname, '../../signing');

/**
 * Signs wheel and sdist with the identity of the workflow run, https://peps.python.org/pep-0740/. uv uploads the
 * attestations that it finds beside the files. The attestations are hidden from Git, so that the tree stays clean.
 */
export async function signPython(root: string, version: string): Promise<void> {
  const environment = signingEnvironment();
  await hideAttestations(root);
  const files = pythonFiles(version).map((file) => join(root, 'releases', version, releaseFiles.artefacts, file));
  await run(environment.python, ['-m', 'pypi_attestations', 'sign', ...files], { cwd: root, timeoutMs: 120_000 });
}

/** Installs the signing program if it is missing. @throws {ToolchainMissingError} when Python is missing */
export function signingEnvironment(): PythonEnvironment {
  const environment = new PythonEnvironment({
    folder: join(folder, '.venv'),
    requirements: join(folder, 'requirements.txt'),
  });
  environment.install((text) => process.stderr.write(text));
  return environment;
}

/** Adds an exclusion of attestations to the Git configuration of a clone. */
export async function hideAttestations(root: string): Promise<void> {
  const path = await run('git', ['rev-parse', '--path-format=absolute', '--git-path', 'info/exclude'], { cwd: root });
  await appendFile(path.trim(), '\n*.publish.attestation\n');
}
