import { join } from 'node:path';
import { manifestVersion } from '@example/check';
import { prepareRelease, run } from '@example/release';
import { copyRepository } from '../repository-copy.ts';

/** A repository in which a version is prepared, committed and tagged, with a remote that has no tag yet. */
export interface PreparedRepository {
  readonly root: string;
  readonly remote: string;
  readonly version: string;
  git(...args: string[]): Promise<string>;
}

/** Prepares the files of this repository, in a folder. The commit before the last is not prepared. */
export async function createPreparedRepository(folder: string): Promise<PreparedRepository> {
  const root = join(folder, 'repository');
  const remote = join(folder, 'remote.git');
  await copyRepository(root);
  const version = manifestVersion(root);
  const git = async (...args: string[]) => (await run('git', args, { cwd: root })).trim();
  if ((await git('ls-files', `releases/${version}`)) !== '') {
    await git('rm', '--quiet', '-r', `releases/${version}`);
    await git('commit', '--quiet', '--message', 'Not yet released');
  }
  await prepareRelease(root, version);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', `Release ${version}`);
  await git('tag', `v${version}`);
  await git('init', '--quiet', '--bare', remote);
  await git('remote', 'add', 'origin', remote);
  return { root, remote, version, git };
}
