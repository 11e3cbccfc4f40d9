import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { names, tarballOf } from '@example/kit/names';
import { root } from '@example/kit/root';
import { buildProgram } from '@example/kit/toolchains';
import { pythonTools } from '../python-tools.ts';
import { run } from '../run.ts';
import type { SourceTree } from './source-tree.ts';

/** Packs the tarball of `@example/protos`. @returns the name of the file */
export async function packNpm({ folder, version }: SourceTree, out: string): Promise<string> {
  const name = tarballOf(names.npmPackage, version);
  const cwd = join(folder, 'packages/protos');
  await run('node', ['build.js'], { cwd });
  await run('node', ['as-published.js'], { cwd });
  await run('pnpm', ['pack', '--ignore-scripts', '--out', join(out, name)], { cwd });
  return name;
}

/** Builds the wheel and the sdist of `example-protos`. @returns the names of the files */
export async function packPython({ folder, version, date }: SourceTree, out: string): Promise<string[]> {
  // https://reproducible-builds.org/specs/source-date-epoch/
  const env = { ...process.env, SOURCE_DATE_EPOCH: `${Date.parse(date) / 1000}` };
  await run(pythonTools().program('hatchling'), ['build', '-d', out], { cwd: join(folder, 'gen/python'), env });
  return pythonFiles(version);
}

/** The file names of the wheel and the sdist of a version. */
export function pythonFiles(version: string): string[] {
  const name = `${names.pythonModule}-${pythonVersion(version)}`;
  return [`${name}-py3-none-any.whl`, `${name}.tar.gz`];
}

/** The module's sums, in the form of `go.sum`. */
export interface GoSums {
  readonly zip: string;
  readonly mod: string;
}

export interface GoModule {
  /** The files that a module proxy serves: VERSION.info, VERSION.mod and VERSION.zip. */
  readonly names: readonly string[];
  readonly sums: GoSums;
}

/** Packs the Go module of a commit, in the same way as module proxies pack the module of a tag. */
export async function packGo({ repository, commit, version, date }: SourceTree, out: string): Promise<GoModule> {
  const source = ['-source', repository, '-revision', commit];
  const args = ['-version', `v${version}`, '-time', `${date}T00:00:00Z`, ...source, '-out', out];
  const sums = JSON.parse(await run(await buildModuleZip(), args, { cwd: root })) as GoSums;
  return { names: ['info', 'mod', 'zip'].map((ending) => `v${version}.${ending}`), sums };
}

/** Builds the program that packs the module. @returns its path */
export async function buildModuleZip(): Promise<string> {
  return await buildProgram(join(root, 'tools/go'), './module-zip', 'module-zip');
}

/**
 * @param repository its root folder
 * @returns the module's path in go.mod: https://go.dev/ref/mod#go-mod-file-module
 */
export function goModulePath(repository: string): string {
  return /^module\s+"?([^\s"]+)/m.exec(readFileSync(join(repository, 'go.mod'), 'utf8'))?.[1] ?? '';
}
