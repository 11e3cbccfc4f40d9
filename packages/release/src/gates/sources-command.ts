import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import type { SourceTree } from '../artefacts/source-tree.ts';
import type { Streams } from '../commands/streams.ts';
import { copyRepository } from '../repository-copy.ts';
import { type SourceGate, sourceGates, withTreeOf } from './source-compatibility.ts';
import { type ReleasedApi, releasedApis } from './versions.ts';

/**
 * `pnpm check:sources`: programs that use all of a released version compile against the packages that the files here make, committed or not.
 *
 * @returns the exit code
 */
export async function runSourceCheck(streams: Streams): Promise<number> {
  const copy = await mkdtemp(join(tmpdir(), 'sources-'));
  try {
    await copyRepository(copy);
    return await withTreeOf(copy, async (tree) => {
      const releases = releasedApis(root);
      const codes: number[] = [];
      for (const gate of sourceGates) codes.push(await checkOne(gate, tree, releases, streams));
      return Math.max(...codes);
    });
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function checkOne(
  { language, check }: SourceGate,
  tree: SourceTree,
  releases: readonly ReleasedApi[],
  streams: Streams,
): Promise<number> {
  try {
    const complaint = await check(tree, releases);
    if (complaint === undefined) return 0;
    streams.stderr.write(`Programs for a released version no longer compile in ${language}:\n${complaint}\n`);
    return 1;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    streams.stdout.write(`left out  ${language}: ${error.message}\n`);
    return 0;
  }
}
