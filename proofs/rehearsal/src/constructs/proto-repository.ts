import { globSync, symlinkSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, manifestVersion, missingDependencies } from '@example/check';
import { root } from '@example/kit/root';
import { prepareRelease, type ReleaseRecord, releaseFiles, run } from '@example/release';
import type { ReleasedVersion } from '../released-version.ts';
import { copyRepository, edit } from '../repository-copy.ts';
import type { Addition } from './additions.ts';
import { ProtoFolder } from './proto-folder.ts';

/** The version of the files here, which every copy releases. */
const version = manifestVersion(root);

/** Copies this repository to a folder in which code can be generated and released. */
export async function copyForProtos(folder: string): Promise<void> {
  await copyRepository(folder);
  for (const path of globSync(['{node_modules,.venv}', '{packages,examples,proofs,tools}/*/{node_modules,.venv}'], {
    cwd: root,
  })) {
    symlinkSync(join(root, path), join(folder, path));
  }
  // .gitignore ignores these names only as folders, and here they are links.
  await appendFile(join(folder, '.git/info/exclude'), 'node_modules\n.venv\n');
}

/**
 * Generates the code, and makes the changes that `pnpm check` requires when protos import further protos of google/.
 */
export async function generateAndDepend(repository: string): Promise<void> {
  const leftOut = generate(repository, () => {});
  if (leftOut.length > 0) throw new Error(`not generated: ${leftOut.join(', ')}`);
  for (const line of missingDependencies(repository)) {
    const goGet = /go get (\S+)/.exec(line)?.[1];
    if (goGet) await run('go', ['get', goGet], { cwd: repository });
    else if (line.includes('googleapis-common-protos')) {
      await edit(join(repository, 'gen/python/pyproject.toml'), '"grpcio', '"googleapis-common-protos", "grpcio');
    } else throw new Error(line);
  }
  const missing = missingDependencies(repository);
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

/** Commits everything and releases it. */
export async function releaseAll(repository: string): Promise<ReleasedVersion> {
  await run('git', ['add', '--all'], { cwd: repository });
  await run('git', ['commit', '--quiet', '--message', 'Edit the protos'], { cwd: repository });
  await prepareRelease(repository, version);
  const prepared = join(repository, 'releases', version);
  return {
    record: JSON.parse(await readFile(join(prepared, releaseFiles.record), 'utf8')) as ReleaseRecord,
    folder: join(prepared, releaseFiles.artefacts),
    descriptors: await readFile(join(prepared, releaseFiles.descriptors)),
    isPrepared: true,
  };
}

/**
 * Applies an addition to the protos. If a generator must refuse it, the remedy is applied, too.
 *
 * @throws {Error} when the generator does not refuse it, or refuses it with other words
 */
export function applyAddition({ add, refused }: Addition, repository: string): void {
  const protos = new ProtoFolder(repository);
  add(protos);
  if (!refused) return;
  try {
    generate(repository, () => {});
  } catch (error) {
    if (!refused.words.test((error as Error).message)) throw error;
    refused.remedy(protos);
    return;
  }
  throw new Error('no generator has refused it');
}
