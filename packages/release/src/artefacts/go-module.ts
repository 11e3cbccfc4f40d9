import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { buildGo } from '@example/kit/toolchains';
import { run } from '../run.ts';
import type { SourceTree } from './source-tree.ts';

/** As `go.sum` has them. */
export interface GoSums {
  readonly zip: string;
  readonly mod: string;
}

export interface GoModule {
  /** What a module proxy serves: VERSION.info, VERSION.mod and VERSION.zip. */
  readonly names: readonly string[];
  readonly sums: GoSums;
}

/** Packs the module of go.mod, as every module proxy packs it from the tag. */
export async function packGo({ folder, version, date, commit }: SourceTree, out: string): Promise<GoModule> {
  const program = await installModuleZip();
  const source = commit ? ['-source', commit.repository, '-revision', commit.id] : ['-source', await onlyGo(folder)];
  const args = ['-version', `v${version}`, '-time', `${date}T00:00:00Z`, ...source, '-out', out];
  const sums = JSON.parse(await run(program, args, { cwd: root })) as GoSums;
  return { names: ['info', 'mod', 'zip'].map((ending) => `v${version}.${ending}`), sums };
}

/** Builds the program that packs the module. @returns its path */
export async function installModuleZip(): Promise<string> {
  return await buildGo(join(root, 'tools/go'), './module-zip', 'module-zip');
}

/** The part of a source tree that the module is, where no commit says it. */
async function onlyGo(folder: string): Promise<string> {
  const module = join(folder, 'go-module');
  for (const path of ['LICENSE', 'go.mod', 'go.sum', 'gen/go']) {
    await cp(join(folder, path), join(module, path), { recursive: true });
  }
  return module;
}
