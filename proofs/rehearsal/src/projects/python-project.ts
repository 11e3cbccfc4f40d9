import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { names } from '@example/kit/names';
import { pythonTools, pythonToolsRequirements } from '@example/release';
import { expectEqual, type Project } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';

/** The file that pins pip, for the tests in which pip builds packages. */
const ownRequirements = join(import.meta.dirname, '../../requirements.txt');

export interface PythonOptions {
  /** The interpreter. Default: python3. */
  readonly python?: string;
  /** Requirements in addition to the package. */
  readonly others?: readonly string[];
}

/**
 * Makes an environment, locks the package by name and version, compares the hashes with the released ones, and
 * installs by hash.
 *
 * @returns the path of the environment's interpreter
 */
export async function pythonInstall(
  project: Project,
  release: ReleasedVersion,
  { python = 'python3', others = [] }: PythonOptions = {},
): Promise<string> {
  const uv = pythonTools().program('uv');
  const interpreter = join(project.folder, '.venv/bin/python');
  await project.run(uv, 'venv', '--quiet', '--python', python);
  await writeFile(join(project.folder, 'requirements.in'), [requirementOf(release), ...others, ''].join('\n'));
  await lock(project, interpreter, 'requirements.in');
  await expectReleased(project, release);
  await project.run(uv, 'pip', 'sync', '--quiet', '--python', interpreter, '--require-hashes', 'requirements.txt');
  return interpreter;
}

/**
 * Makes an environment in which pip builds the package from the sdist of the registry. The dependencies and the build
 * tools are locked by hash.
 *
 * @returns the path of the environment's interpreter
 */
export async function pipInstallSdist(project: Project, release: ReleasedVersion): Promise<string> {
  const { interpreter, install } = await pipThatBuilds(project);
  await writeFile(join(project.folder, 'requirements.in'), `${requirementOf(release)}\n`);
  await lock(project, interpreter, 'requirements.in');
  await expectReleased(project, release);
  const build = ['--no-build-isolation', '--no-binary', names.pythonPackage];
  await install(...build, '--require-hashes', '-r', 'requirements.txt');
  return interpreter;
}

/**
 * Makes the same environment from the tag of a repository. pip cannot lock a repository by hash; git identifies the
 * files.
 *
 * @param repository a folder
 */
export async function pipInstallFromGit(project: Project, repository: string, tag: string): Promise<string> {
  const { interpreter, install } = await pipThatBuilds(project);
  await lock(project, interpreter, join(repository, 'gen/python/pyproject.toml'));
  await install('--require-hashes', '-r', 'requirements.txt');
  const requirement = `${names.pythonPackage} @ git+file://${repository}@${tag}#subdirectory=gen/python`;
  await install('--no-build-isolation', '--no-index', '--no-deps', requirement);
  return interpreter;
}

async function pipThatBuilds(project: Project) {
  await project.run('python3', '-m', 'venv', '.venv');
  const interpreter = join(project.folder, '.venv/bin/python');
  const install = async (...args: string[]) =>
    await project.run(interpreter, '-m', 'pip', 'install', '--quiet', ...args);
  await install('--require-hashes', '-r', pythonToolsRequirements, '-r', ownRequirements);
  return { interpreter, install };
}

function requirementOf({ record }: ReleasedVersion): string {
  return `${names.pythonPackage}==${pythonVersion(record.version)}`;
}

/** Locks requirements in requirements.txt. They may also be the dependencies of a pyproject.toml. */
async function lock(project: Project, interpreter: string, requirements: string): Promise<void> {
  const uv = pythonTools().program('uv');
  const options = ['--quiet', '--python', interpreter, '--generate-hashes', '-o', 'requirements.txt'];
  await project.run(uv, 'pip', 'compile', ...options, requirements);
}

/** @throws {Error} when the lock and the release have different files of the package */
async function expectReleased(project: Project, release: ReleasedVersion): Promise<void> {
  const locked = hashesOf(await readFile(join(project.folder, 'requirements.txt'), 'utf8'), requirementOf(release));
  const released = release.record.artefacts.filter(({ name }) => name.startsWith(`${names.pythonModule}-`));
  const hashes = released.map(({ sha256 }) => sha256).sort();
  expectEqual(locked.join('\n'), hashes.join('\n'), 'the hashes that uv has locked');
}

function hashesOf(requirements: string, requirement: string): string[] {
  const [, after = ''] = requirements.split(requirement);
  const [entry = ''] = after.split(/^\S/m);
  return [...entry.matchAll(/--hash=sha256:(\w+)/g)].map(([, sha256 = '']) => sha256).sort();
}
