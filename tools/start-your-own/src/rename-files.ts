import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceInBase64Descriptors } from './base64-descriptors.ts';
import { replaceInDescriptors } from './descriptor-literals.ts';
import { firstVersion, isOfOtherHistory, isVersionFile, newChangelog, withoutHistory } from './history.ts';
import type { Identity } from './identity.ts';
import { sortDependencies } from './lockfile.ts';
import { isOfThisCommand, withoutThisCommand } from './own-traces.ts';
import { leftIn, nameReplacer } from './replace-names.ts';
import { filesOf, moveFile, readText, removeBuilt, removeFile } from './repository-files.ts';
import { wrapLines } from './wrap-lines.ts';

/** The change of one file by a renaming. */
export interface Change {
  readonly path: string;
  /** The new path; undefined for a file that is to be removed. */
  readonly newPath?: string;
  /** The new content; undefined for unchanged content. */
  readonly text?: string;
}

/**
 * Computes the changes of files for other names, without changing the repository.
 *
 * @param root of a repository
 * @param latest the latest release of the repository; undefined without releases
 * @param leftOut the result of `leaveOut`: the new text of each file that changes, undefined for a file that is removed
 */
export function changesFor(
  root: string,
  from: Identity,
  to: Identity,
  latest: string | undefined,
  leftOut: ReadonlyMap<string, string | undefined> = new Map(),
): Change[] {
  const replace = nameReplacer(from, to);
  const hasPython = !leftOut.has('gen/python/pyproject.toml');
  return filesOf(root).flatMap((path): Change[] => {
    const isGone = leftOut.has(path) && leftOut.get(path) === undefined;
    if (isGone || isOfOtherHistory(path) || isOfThisCommand(path)) return [{ path }];
    const newPath = replace(path);
    const old = readText(join(root, path));
    if (old === undefined) return newPath === path ? [] : [{ path, newPath }];
    const text =
      path === 'CHANGELOG.md'
        ? wrapLines(path, newChangelog(to, hasPython))
        : newTextOf(path, leftOut.get(path) ?? old, replace, { from, to, latest });
    return newPath === path && text === old ? [] : [{ path, newPath, text }];
  });
}

interface Renaming {
  readonly from: Identity;
  readonly to: Identity;
  readonly latest: string | undefined;
}

function newTextOf(path: string, old: string, replace: (text: string) => string, { from, to, latest }: Renaming) {
  let text = withoutThisCommand(path, old);
  if (latest !== undefined) text = withoutHistory(path, text, latest);
  const quote = /\.pb\.go$/.test(path) ? '"' : /_pb2\.py$/.test(path) ? "'" : undefined;
  if (quote !== undefined) text = replaceInDescriptors(text, from.goModule, to.goModule, quote);
  if (/_pb\.ts$/.test(path)) text = replaceInBase64Descriptors(text, from.goModule, to.goModule);
  text = replace(text);
  if (path === 'package.json') text = text.replace(/^( *"name": )".*"/m, `$1"${to.project}"`);
  if (path === 'README.md') text = text.replace(/^# .*/, `# ${to.project}`);
  if (path === 'packages/protos/package.json' || path === 'packages/protos/openapi/openapi.json') {
    text = text.replace(/("version": )".*"/, `$1"${firstVersion}"`);
  }
  if (path === 'pnpm-lock.yaml') text = sortDependencies(text);
  if (isVersionFile(path)) text = text.replace(/(Version|__version__) = ".*"/, `$1 = "${firstVersion}"`);
  return text === old || isGenerated(path) ? text : wrapLines(path, text);
}

function isGenerated(path: string): boolean {
  return /(^|\/)gen\//.test(path) && !path.endsWith('.md');
}

export function applyChanges(root: string, changes: readonly Change[]): void {
  for (const { path, newPath, text } of changes) {
    if (newPath === undefined) removeFile(root, path);
    else {
      if (newPath !== path) moveFile(root, path, newPath);
      if (text !== undefined) writeFileSync(join(root, newPath), text);
    }
  }
  removeBuilt(root);
}

/** @returns `FILE: NAME` for each old name that is still in a file, or in its path */
export function oldNamesIn(root: string, from: Identity, to: Identity): string[] {
  return filesOf(root).flatMap((path) => {
    const found = [...leftIn(path, from, to), ...leftIn(readText(join(root, path)) ?? '', from, to)];
    return [...new Set(found)].map((name) => `${path}: ${name}`);
  });
}
