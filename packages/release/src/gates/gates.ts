import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseFiles } from '../release/release-record.ts';
import { registryOf, type WireVector } from '../release/wire-vectors.ts';
import { run } from '../run.ts';
import { sourceGates, withTreeOf } from './source-compatibility.ts';
import type { ReleasedApi } from './versions.ts';
import { brokenVectors } from './wire-compatibility.ts';

/** Something that stands between an edit and a release. */
export interface Gate {
  readonly name: string;
  /** What it looks at. */
  readonly sees: 'protos' | 'packages' | 'services';
  /** @param repository the root of one, with an edit that is committed */
  catches(repository: string, releases: readonly ReleasedApi[]): Promise<boolean>;
}

export const gates: readonly Gate[] = [
  { name: 'buf breaking', sees: 'protos', catches: bufCatches },
  { name: 'wire vectors', sees: 'protos', catches: vectorsCatch },
  ...sourceGates.map(
    ({ language, check }): Gate => ({
      name: `compiles in ${language}`,
      sees: 'packages',
      catches: async (repository, releases) =>
        (await withTreeOf(repository, (tree) => check(tree, releases))) !== undefined,
    }),
  ),
  { name: 'released client', sees: 'services', catches: releasedClientCatches },
  { name: 'interop', sees: 'services', catches: interopCatches },
];

async function bufCatches(repository: string, releases: readonly ReleasedApi[]): Promise<boolean> {
  const comparisons = releases.map(async ({ version }) => {
    const against = join('releases', version, releaseFiles.descriptors);
    return await fails('buf', ['breaking', '--against', against], repository);
  });
  return (await Promise.all(comparisons)).includes(true);
}

async function vectorsCatch(repository: string, releases: readonly ReleasedApi[]): Promise<boolean> {
  const image = join(repository, 'descriptors.binpb');
  await run('buf', ['build', '--as-file-descriptor-set', '-o', image], { cwd: repository });
  const registry = registryOf(await readFile(image));
  for (const { version } of releases) {
    const text = await readFile(join(repository, 'releases', version, releaseFiles.vectors), 'utf8');
    if (brokenVectors(JSON.parse(text) as WireVector[], registry).length > 0) return true;
  }
  return false;
}

async function releasedClientCatches(repository: string): Promise<boolean> {
  const test = 'proofs/matrix/src/released-client.test.ts';
  return await fails('vitest', ['run', '--config', 'vitest.workspace.ts', '--project', 'interop', test], repository);
}

/** One client and one server, in plain text and otherwise: all must give the same answers. */
async function interopCatches(repository: string): Promise<boolean> {
  return await fails('tsx', ['scripts/run.ts', 'interop', '--client', 'ts gRPC', '--server', 'ts'], repository);
}

async function fails(program: string, args: readonly string[], cwd: string): Promise<boolean> {
  try {
    await run(program, args, { cwd });
    return false;
  } catch (error) {
    const { cause } = error as Error & { cause?: { code?: unknown } };
    if (typeof cause?.code === 'number') return true;
    throw error;
  }
}
