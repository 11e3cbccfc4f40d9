import { posix } from 'node:path';

/**
 * Removes packages of the workspace from pnpm-lock.yaml, and the dependencies on them. pnpm itself removes the packages
 * that only these needed.
 *
 * @param isGone whether the package in a folder is removed
 */
export function withoutPackages(lockfile: string, isGone: (folder: string) => boolean): string {
  const [start, importers, end] = lockfile.split(/(?<=^importers:\n)|(?=^packages:\n)/m);
  if (importers === undefined || end === undefined)
    throw new Error('pnpm-lock.yaml has no importers: run pnpm install');
  const blocks = importers.split(/(?=^ {2}\S)/m).filter((block) => !isGone(folderOf(block)));
  return start + blocks.map((block) => withoutLinks(block, isGone)).join('') + end;
}

/** Sorts the dependencies of each package by their names, as pnpm does. */
export function sortDependencies(lockfile: string): string {
  return lockfile.replace(/(?<=^ {4}\w+:\n)(?: {6}\S+:\n {8}specifier: .*\n {8}version: .*\n)+/gm, (entries) => {
    const nameOf = (entry: string) => entry.trimStart().replace(/^'/, '').split(/'?:\n/, 1)[0] as string;
    const sorted = entries.split(/^(?= {6}\S)/m).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return sorted.join('');
  });
}

function folderOf(block: string): string {
  return /^ {2}(\S+):/.exec(block)?.[1] ?? '';
}

function withoutLinks(block: string, isGone: (folder: string) => boolean): string {
  return block
    .replace(/^ {6}\S+:\n {8}specifier: .*\n {8}version: link:(.*)\n/gm, (entry, link: string) =>
      isGone(posix.join(folderOf(block), link)) ? '' : entry,
    )
    .replace(/^ {4}\w+:\n(?! {6})/gm, '');
}
