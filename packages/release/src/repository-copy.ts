import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { run } from './run.ts';

/** Makes a repository of one commit in a folder: the files that this one has now, committed or not. */
export async function copyRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) await cp(join(root, file), join(folder, file));
  const git = async (...args: string[]) => await run('git', args, { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Releaser');
  await git('config', 'user.email', 'releaser@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'All');
}
