import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVersion } from '@example/check';
import { root } from '@example/kit/root';
import { generateCode } from '../generate-code.ts';
import { copyRepository } from '../repository-copy.ts';
import { run } from '../run.ts';
import type { Mutation } from './mutations.ts';

/** A copy of this repository for edits, one at a time, in which programs and tests run. */
export interface MutatedRepository {
  readonly folder: string;
  apply(mutation: Mutation): Promise<void>;
  /** Makes the code of all languages from the edited protos. */
  generate(): Promise<void>;
  commit(): Promise<void>;
  /** To what was copied. */
  revert(): Promise<void>;
  remove(): Promise<void>;
}

export async function createMutatedRepository(): Promise<MutatedRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'mutations-'));
  await copyRepository(folder);
  // Links to folders are not those of .gitignore; what git does not see, it does not remove.
  await writeFile(join(folder, '.git/info/exclude'), 'node_modules\n.venv\n');
  for (const path of ['node_modules', 'tools/python/.venv']) await symlink(join(root, path), join(folder, path));
  // Their links are relative: a package finds the copies of the others.
  for (const path of globSync('{packages,examples}/*/node_modules', { cwd: root })) {
    await cp(join(root, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  const git = async (...args: string[]) => await run('git', args, { cwd: folder });
  const copied = (await git('rev-parse', 'HEAD')).trim();
  return {
    folder,
    async apply({ file, from, to }) {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
      await writeFile(
        path,
        text.replace(from, () => to),
      );
    },
    generate: () => generateCode(folder, packageVersion(folder), { repository: folder }),
    async commit() {
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', 'Edit');
    },
    async revert() {
      await git('reset', '--quiet', '--hard', copied);
      await git('clean', '--quiet', '-d', '--force');
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
