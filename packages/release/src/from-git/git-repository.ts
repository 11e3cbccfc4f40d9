import { join } from 'node:path';
import { type PackageVersion, packageVersion } from '@example/check';
import { root } from '@example/kit/root';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import { copyRepository } from '../repository-copy.ts';
import { run } from '../run.ts';

/** A repository on this machine, of the files that are here now, with the tag of the version that they are. */
export interface TaggedRepository {
  readonly folder: string;
  readonly tag: string;
  readonly commit: string;
  /** What the packages say of themselves. */
  readonly says: PackageVersion;
}

/** Makes it where it is not yet. */
export async function taggedRepository({ folder }: Pick<Rehearsal, 'folder'>): Promise<TaggedRepository> {
  const repository = join(folder, 'tagged');
  const says = packageVersion(root);
  const tag = `v${says.version}`;
  const git = async (...args: string[]) => (await run('git', args, { cwd: repository })).trim();
  const commit = async () => await git('rev-parse', '--verify', '--quiet', `${tag}^{commit}`);
  return { folder: repository, tag, commit: await commit().catch(make), says };

  async function make(): Promise<string> {
    await copyRepository(repository);
    await git('tag', tag);
    return await commit();
  }
}
