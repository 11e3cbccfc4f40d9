import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestVersion } from '@example/check';
import { prepareRelease } from '../release/prepare-release.ts';
import { copyRepository } from '../repository-copy.ts';
import { run } from '../run.ts';

/** A repository in which a version is prepared, committed and tagged, and the remote that it is pushed to. */
export interface PreparedRepository {
  readonly root: string;
  readonly remote: string;
  readonly version: string;
  git(...args: string[]): Promise<string>;
}

/** Makes one of this repository's files, in a folder. */
export async function createPreparedRepository(folder: string): Promise<PreparedRepository> {
  const root = join(folder, 'repository');
  const remote = join(folder, 'remote.git');
  await copyRepository(root);
  const version = manifestVersion(root);
  const git = async (...args: string[]) => (await run('git', args, { cwd: root })).trim();
  const commit = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', message);
  };
  await rm(join(root, 'releases', version), { recursive: true, force: true });
  await commit('Not yet released');
  await prepareRelease(root, version);
  await commit(`Release ${version}`);
  await git('tag', `v${version}`);
  await git('init', '--quiet', '--bare', remote);
  await git('remote', 'add', 'origin', remote);
  return { root, remote, version, git };
}
