import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { run } from '@example/release';

/**
 * Makes a repository of one commit: the current files of this repository, committed or not. In its CHANGELOG.md the
 * unreleased version gets a date, so that it can be built.
 */
export async function copyRepository(folder: string): Promise<void> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  const folders = new Set(files.map((file) => join(folder, dirname(file))));
  for (const path of folders) await mkdir(path, { recursive: true });
  await Promise.all(files.map(async (file) => await copyFile(join(root, file), join(folder, file))));
  await edit(join(folder, 'CHANGELOG.md'), '(unreleased)', '(2030-01-01)');
  const git = async (...args: string[]) => await run('git', args, { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Releaser');
  await git('config', 'user.email', 'releaser@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'All');
}

/** Replaces the first match in a file. */
export async function edit(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(from, to));
}
