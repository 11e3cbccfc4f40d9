import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestVersion } from '@example/check';
import { root } from '@example/kit/root';
import { releaseDate } from '../changelog.ts';
import { run } from '../run.ts';

/** The files from which the npm and Python artefacts are made. */
const sources = [
  'CHANGELOG.md',
  'LICENSE',
  'buf.yaml',
  'gen/python',
  'package.json',
  'packages/protos',
  'pnpm-workspace.yaml',
  'proto',
  'tsconfig.base.json',
];

/** The committed files of one version, in a folder. */
export interface SourceTree {
  readonly folder: string;
  readonly version: string;
  /** The date in CHANGELOG.md, such as `2026-11-21`. */
  readonly date: string;
  readonly repository: string;
  /** The commit that contains the files. */
  readonly commit: string;
}

/**
 * Copies the files of HEAD, because uncommitted files do not belong to the version.
 *
 * @param folder empty or missing
 * @throws {Error} when HEAD is another version, or CHANGELOG.md has no date for the version
 */
export async function takeSourceTree(repository: string, version: string, folder: string): Promise<SourceTree> {
  const commit = (await run('git', ['rev-parse', 'HEAD'], { cwd: repository })).trim();
  await extract(repository, commit, folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(root, 'packages/protos/node_modules'), join(folder, 'packages/protos/node_modules'));
  const found = manifestVersion(folder);
  if (found !== version) throw new Error(`HEAD is version ${found}, not ${version}`);
  const date = releaseDate(await readFile(join(folder, 'CHANGELOG.md'), 'utf8'), version);
  return { folder, version, date, repository, commit };
}

async function extract(repository: string, commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'source.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit, ...sources], { cwd: repository });
  await run('tar', ['-xf', archive], { cwd: folder });
  await rm(archive);
}
