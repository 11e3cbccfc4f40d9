import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonVersion } from '@example/dev';
import { pythonTools } from '../python-tools.ts';
import { expectEqual } from './expect-output.ts';
import type { Project } from './rehearsal.ts';
import type { ReleasedVersion } from './released-version.ts';

export interface PythonOptions {
  /** The interpreter. Default: python3. */
  readonly python?: string;
  /** Requirements besides the package. */
  readonly others?: readonly string[];
}

/**
 * Makes an environment, locks the package by name and version, sees that the hashes are those that were released, and installs by hash.
 *
 * @returns the path of the environment's interpreter
 */
export async function pythonInstall(
  project: Project,
  release: ReleasedVersion,
  { python = 'python3', others = [] }: PythonOptions = {},
): Promise<string> {
  const uv = pythonTools().program('uv');
  const version = pythonVersion(release.record.version);
  const interpreter = join(project.folder, '.venv/bin/python');
  await project.run(uv, 'venv', '--quiet', '--python', python);
  await writeFile(join(project.folder, 'requirements.in'), [`example-protos==${version}`, ...others, ''].join('\n'));
  await project.run(
    uv,
    'pip',
    'compile',
    '--quiet',
    '--python',
    interpreter,
    '--generate-hashes',
    'requirements.in',
    '-o',
    'requirements.txt',
  );
  const hashes = hashesOf(await readFile(join(project.folder, 'requirements.txt'), 'utf8'), version);
  const released = release.record.artefacts.filter(({ name }) => name.startsWith('example_protos-'));
  expectEqual(
    hashes.join('\n'),
    released
      .map(({ sha256 }) => sha256)
      .sort()
      .join('\n'),
    'what uv locks',
  );
  await project.run(uv, 'pip', 'sync', '--quiet', '--python', interpreter, '--require-hashes', 'requirements.txt');
  return interpreter;
}

function hashesOf(requirements: string, version: string): string[] {
  const [, after = ''] = requirements.split(`example-protos==${version}`);
  const [entry = ''] = after.split(/^\S/m);
  return [...entry.matchAll(/--hash=sha256:(\w+)/g)].map(([, sha256 = '']) => sha256).sort();
}
