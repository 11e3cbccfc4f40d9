import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceInGenerated } from './generated-code.ts';
import {
  firstVersion,
  isOfOtherHistory,
  isVersionFile,
  type Languages,
  newChangelog,
  withoutHistory,
} from './history.ts';
import type { Identity } from './identity.ts';
import { sortDependencies } from './lockfile.ts';
import { isOfThisCommand, withoutParagraphs, withoutThisCommand } from './own-traces.ts';
import { leftIn, nameReplacer } from './replace-names.ts';
import { filesOf, moveFile, readText, removeBuilt, removeFile } from './repository-files.ts';
import { sortLines } from './sort-lines.ts';
import { wrapLines } from './wrap-lines.ts';
import { wrapLike, wrappedComments } from './wrapped-comments.ts';

/** The decision record that says why proto packages have no prefix. It does not apply to a repository with a prefix. */
const withoutPrefix = 'file-names-in-descriptors.md';

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
  const has = { python: !leftOut.has('gen/python/pyproject.toml'), go: !leftOut.has('go.mod') };
  const renaming = { to, latest, has };
  const isGone = (path: string) =>
    (leftOut.has(path) && leftOut.get(path) === undefined) ||
    isOfOtherHistory(path) ||
    isOfThisCommand(path) ||
    (to.protoPrefix !== '' && path === `docs/decisions/${withoutPrefix}`);
  const files = filesOf(root);
  const protos = new Map(
    files.flatMap((path) => {
      if (!/^proto\/.*\.proto$/.test(path) || isGone(path)) return [];
      const old = leftOut.get(path) ?? readFileSync(join(root, path), 'utf8');
      return [[path, newTextOf(path, old, replace, renaming)]];
    }),
  );
  const comments = [...protos].flatMap(([path, text]) => wrappedComments(text, wrapLines(path, text)));
  const changes = files.flatMap((path): Change[] => {
    if (isGone(path)) return [{ path }];
    const newPath = replace(path);
    const old = readText(join(root, path));
    if (old === undefined) return newPath === path ? [] : [{ path, newPath }];
    const replaced =
      path === 'CHANGELOG.md'
        ? newChangelog(to, has)
        : (protos.get(path) ?? newTextOf(path, leftOut.get(path) ?? old, replace, renaming));
    const wrapped = isGenerated(path) ? wrapLike(comments, replaced) : wrapLines(path, replaced);
    const text = replaced === old ? old : wrapped;
    return newPath === path && text === old ? [] : [{ path, newPath, text }];
  });
  return [...changes, ...newPackages(changes, to.protoPrefix)];
}

/** The `__init__.py` files that turn the folders of a proto prefix into Python packages. */
function newPackages(changes: readonly Change[], prefix: string): Change[] {
  if (prefix === '') return [];
  const folders = prefix.split('.');
  const moved = new RegExp(`^(.*)/${folders.join('/')}/\\w+/__init__\\.py$`);
  const roots = new Set(changes.flatMap(({ newPath = '' }) => moved.exec(newPath)?.[1] ?? []));
  return [...roots].flatMap((root) =>
    folders.map((_, i) => {
      const path = [root, ...folders.slice(0, i + 1), '__init__.py'].join('/');
      return { path, newPath: path, text: '' };
    }),
  );
}

interface Renaming {
  readonly to: Identity;
  readonly latest: string | undefined;
  readonly has: Languages;
}

function newTextOf(path: string, old: string, replace: (text: string) => string, { to, latest, has }: Renaming) {
  let text = withoutThisCommand(path, old);
  if (latest !== undefined) text = withoutHistory(path, text, latest);
  if (to.protoPrefix !== '' && path.endsWith('.md')) text = withoutParagraphs(text, withoutPrefix);
  text = replaceInGenerated(path, text, replace, has.go);
  if (path === 'package.json') text = text.replace(/^( *"name": )".*"/m, `$1"${to.project}"`);
  if (path === 'README.md') text = text.replace(/^# .*/, `# ${to.project}`);
  if (path === 'packages/protos/package.json' || path === 'packages/protos/openapi/openapi.json') {
    text = text.replace(/("version": )".*"/, `$1"${firstVersion}"`);
  }
  if (path === 'pnpm-lock.yaml') text = sortDependencies(text);
  if (path.endsWith('.go') && text !== old) text = sortGoImports(text);
  if (isVersionFile(path)) text = text.replace(/(Version|__version__) = ".*"/, `$1 = "${firstVersion}"`);
  return text;
}

/** Sorts each block of imports by its paths, as gofmt does. */
function sortGoImports(text: string): string {
  const pathOf = (line: string) => /"(.*)"/.exec(line)?.[1] as string;
  return text.replace(/^(?:\t(?:\w+ )?"[^"\n]+"\n)+/gm, (lines) => sortLines(lines, pathOf));
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
