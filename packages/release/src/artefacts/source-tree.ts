import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { releaseDate } from '../changelog.ts';
import { run } from '../run.ts';
import { sourceOfDescriptors } from './source-of-descriptors.ts';

/** All that npm and Python artefacts are made from. */
const sources = [
  'CHANGELOG.md',
  'LICENSE',
  'buf.yaml',
  'gen',
  'go.mod',
  'go.sum',
  'package.json',
  'packages/protos',
  'pnpm-workspace.yaml',
  'proto',
  'releases',
  'tsconfig.base.json',
];

/** The files of one version in a folder. */
export interface SourceTree {
  readonly folder: string;
  readonly version: string;
  /** The day in CHANGELOG.md, `2026-11-21`. */
  readonly date: string;
  /** The repository and the commit that have all of them; none for a version of which only the descriptors are kept. */
  readonly commit?: { readonly repository: string; readonly id: string };
  /** The path of the descriptor set; none where it is built from the protos. */
  readonly descriptors?: string;
}

export interface SourceTreeOptions {
  readonly version: string;
  /** Empty or new. */
  readonly folder: string;
  readonly repository: string;
  /** A commit of the repository. */
  readonly revision: string;
}

/**
 * Takes a version's files from a commit that is that version, or makes them from the descriptor set which the commit keeps of it.
 *
 * @throws {Error} when the commit knows nothing of the version
 */
export async function takeSourceTree({
  version,
  folder,
  repository,
  revision,
}: SourceTreeOptions): Promise<SourceTree> {
  const id = (await run('git', ['rev-parse', `${revision}^{commit}`], { cwd: repository })).trim();
  await extract(repository, id, folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(root, 'packages/protos/node_modules'), join(folder, 'packages/protos/node_modules'));
  const date = releaseDate(await readFile(join(folder, 'CHANGELOG.md'), 'utf8'), version);
  const manifest = JSON.parse(await readFile(join(folder, 'packages/protos/package.json'), 'utf8'));
  if (manifest.version === version) return { folder, version, date, commit: { repository, id } };
  const descriptors = join(folder, 'releases', version, 'descriptors.binpb');
  await sourceOfDescriptors(descriptors, version, folder);
  return { folder, version, date, descriptors };
}

async function extract(repository: string, commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'source.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit, ...sources], { cwd: repository });
  await run('tar', ['-xf', archive], { cwd: folder });
  await rm(archive);
}
