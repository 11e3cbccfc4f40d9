import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files that Git has or would add, from the root of a repository, without links and deleted files. */
export function filesOf(root: string): string[] {
  const listed = listFiles(root, '--cached', '--others', '--exclude-standard');
  return [...new Set(listed)].filter((path) => existsSync(join(root, path)) && lstatSync(join(root, path)).isFile());
}

/** @returns undefined for a file that is not text */
export function readText(path: string): string | undefined {
  const content = readFileSync(path);
  return content.includes(0) ? undefined : content.toString('utf8');
}

/** Removes a file, and the folders that it leaves empty. */
export function removeFile(root: string, path: string): void {
  rmSync(join(root, path));
  removeEmptyFolders(root, dirname(path));
}

export function moveFile(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, from), join(root, to));
  removeEmptyFolders(root, dirname(from));
}

function removeEmptyFolders(root: string, folder: string): void {
  for (let path = folder; path !== '.' && readdirSync(join(root, path)).length === 0; path = dirname(path)) {
    rmdirSync(join(root, path));
  }
}

/** Removes the results of builds that contain the names, too: packages, Go programs, caches of Python. */
export function removeBuilt(root: string): void {
  for (const path of listFiles(root, '--others', '--ignored', '--exclude-standard', '--directory')) {
    if (/(^|\/)(dist|__pycache__|tools\/\.bin)\/$|\.(tgz|tsbuildinfo)$/.test(path)) {
      rmSync(join(root, path), { recursive: true, force: true });
    }
  }
}

function listFiles(root: string, ...options: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return listed.split('\0').filter((path) => path !== '');
}
