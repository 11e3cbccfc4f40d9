import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { PythonEnvironment } from '@example/kit/toolchains';
import { releaseFiles } from '../release/release-record.ts';
import { run } from '../run.ts';

const folder = join(import.meta.dirname, '../../signing');

/**
 * Signs wheel and sdist with the identity of the workflow's run, https://peps.python.org/pep-0740/; uv uploads the attestations that lie
 * beside the files. Git does not see them, so that the tree stays clean.
 */
export async function signPython(root: string, version: string): Promise<void> {
  const environment = signingEnvironment();
  await hideAttestations(root);
  const name = `example_protos-${pythonVersion(version)}`;
  const artefacts = join(root, 'releases', version, releaseFiles.artefacts);
  const files = [`${name}-py3-none-any.whl`, `${name}.tar.gz`].map((file) => join(artefacts, file));
  await run(environment.python, ['-m', 'pypi_attestations', 'sign', ...files], { cwd: root, timeoutMs: 120_000 });
}

/** Installs what signs where it is missing. @throws {ToolchainMissingError} when Python is missing */
export function signingEnvironment(): PythonEnvironment {
  const environment = new PythonEnvironment({
    folder: join(folder, '.venv'),
    requirements: join(folder, 'requirements.txt'),
  });
  environment.install((text) => process.stderr.write(text));
  return environment;
}

/** Has git overlook attestations in a clone. */
export async function hideAttestations(root: string): Promise<void> {
  const path = await run('git', ['rev-parse', '--path-format=absolute', '--git-path', 'info/exclude'], { cwd: root });
  await appendFile(path.trim(), '\n*.publish.attestation\n');
}
