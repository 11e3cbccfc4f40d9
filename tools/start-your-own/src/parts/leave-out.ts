import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript-5';
import { withoutPackages } from '../lockfile.ts';
import { filesOf, readText } from '../repository-files.ts';
import { Slice } from './code/slice.ts';
import { commentsOfCodeWithout } from './code/text.ts';
import { commentsWithout, linesWithout, yamlWithout } from './lines.ts';
import { markdownWithout } from './markdown.ts';
import type { Part } from './parts.ts';
import { isOf, isOfOthers, namesOf } from './traces.ts';

/**
 * Removes parts from a repository: their own files, the places in other files that name them, and exports, files and
 * dependencies that only the removed code has used. Only names decide what belongs to a part.
 *
 * @param root of a repository
 * @returns the new text of each file that changes; undefined for a file that is removed
 */
export function leaveOut(root: string, parts: readonly Part[]): Map<string, string | undefined> {
  if (parts.length === 0) return new Map();
  const files = filesOf(root).filter((path) => !/^releases\/.+\//.test(path));
  const result = new Map<string, string | undefined>();
  const code = new CodeBase();
  for (const path of files) {
    const text = isOfOthers(path) ? undefined : readText(join(root, path));
    const names = namesOf(parts, path);
    if (isOf(parts, path)) {
      result.set(path, undefined);
      code.addGone(path, isCode(path) ? text : undefined, names);
      continue;
    }
    if (text === undefined) continue;
    if (isCode(path)) code.add(path, text, names);
    else {
      const left = textOf(path, text, names);
      if (left !== text) result.set(path, left);
    }
  }
  for (const [path, text] of code.leftAfterSweep()) result.set(path, text);
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const without = withoutPackages(
    lockfile,
    (folder) => result.get(`${folder}/package.json`) === undefined && result.has(`${folder}/package.json`),
  );
  if (without !== lockfile) result.set('pnpm-lock.yaml', without);
  withoutCatalogEntries(root, files, result);
  return result;
}

function isCode(path: string): boolean {
  return /\.(tsx?|m?js|jsonc?)$/.test(path) && !/(^|\/)(gen|protos\/openapi)\//.test(path);
}

/** The text of a file without the parts. The file is not TypeScript, JavaScript or JSON. */
function textOf(path: string, text: string, names: RegExp): string {
  // `replaceInGenerated` edits the descriptors in Python code.
  if (!names.test(text) || path.endsWith('_pb2.py')) return text;
  if (path.endsWith('.md')) return markdownWithout(text, names);
  if (/\.ya?ml$/.test(path)) return yamlWithout(text, names);
  if (path.endsWith('.proto')) return linesWithout(text, names, '//').replace(/\n{3,}/g, '\n\n');
  if (/\.(go|ts|mod)$/.test(path)) return linesWithout(text, names, '//');
  return linesWithout(text, names, '#');
}

class CodeBase {
  readonly gone = new Set<string>();
  readonly #slices = new Map<string, Slice>();
  readonly #texts = new Map<string, string>();
  /** The folders of packages by their names. */
  readonly #packages = new Map<string, { folder: string; exports: Readonly<Record<string, unknown>> }>();

  add(path: string, text: string, names: RegExp): void {
    this.#texts.set(path, text);
    this.#slices.set(path, new Slice(path, text, names));
    this.#register(path, text);
  }

  #register(path: string, text: string): void {
    if (!path.endsWith('/package.json')) return;
    const { name, exports = {} } = JSON.parse(text) as { name?: string; exports?: Readonly<Record<string, unknown>> };
    if (name !== undefined) this.#packages.set(name, { folder: posix.dirname(path), exports });
  }

  /** @param text the text of a file of code, whose imports are followed */
  addGone(path: string, text: string | undefined, names: RegExp): void {
    this.gone.add(path);
    if (text !== undefined) this.#register(path, text);
    if (text !== undefined) this.#slices.set(path, new Slice(path, text, names));
  }

  leftAfterSweep(): Map<string, string | undefined> {
    const before = this.#importsByTarget();
    const dependenciesBefore = this.#dependencies();
    const roots = this.#entries();
    for (const path of this.gone) this.#slices.delete(path);
    for (let size = -1; size !== this.#size(); ) {
      size = this.#size();
      for (const [path, slice] of this.#slices) {
        slice.sweep();
        if (slice.isEmpty) this.#removeFile(path);
      }
      this.#followImports();
      this.#followPaths();
      this.#dropUnimported(before, roots);
      this.#dropDependencies(dependenciesBefore);
    }
    const result = new Map<string, string | undefined>();
    for (const [path, text] of this.#texts) {
      const slice = this.#slices.get(path);
      if (slice === undefined) {
        result.set(path, undefined);
        continue;
      }
      let left = slice.isChanged ? slice.print() : text;
      const { names } = slice;
      if (names.test(left)) {
        left = commentsOfCodeWithout(left, names, (lines) => commentsWithout(lines, names, '//'));
      }
      if (left !== text) result.set(path, left);
    }
    return result;
  }

  #size(): number {
    return this.gone.size + [...this.#slices.values()].reduce((sum, slice) => sum + slice.changes, 0);
  }

  #removeFile(path: string): void {
    this.#slices.delete(path);
    this.gone.add(path);
  }

  #resolve(specifier: string, from: string): string | undefined {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
    const [, name = '', rest] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
    const found = this.#packages.get(name);
    if (found === undefined) return undefined;
    const target = found.exports[rest === undefined ? '.' : `./${rest}`];
    return typeof target === 'string' ? posix.join(found.folder, target) : undefined;
  }

  *#imports(): Iterable<{
    readonly from: string;
    readonly target: string;
    readonly name: string;
    readonly slice: Slice;
    readonly node: ts.Node;
  }> {
    for (const [from, slice] of this.#slices) {
      if (/\.jsonc?$/.test(from)) continue;
      for (const { specifier, name, node } of slice.imports()) {
        const target = this.#resolve(specifier.text, from);
        if (target !== undefined) yield { from, target, name, slice, node };
      }
    }
  }

  #importsByTarget(): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const { target, name } of this.#imports()) found.set(target, (found.get(target) ?? new Set()).add(name));
    return found;
  }

  /** Removes imports of files and names that have been removed. */
  #followImports(): void {
    for (const { target, name, slice, node } of [...this.#imports()]) {
      if (this.gone.has(target) || this.#slices.get(target)?.goneExports.has(name)) slice.remove(node);
    }
  }

  /** Removes the paths of removed files from manifests and configurations. */
  #followPaths(): void {
    for (const [from, slice] of this.#slices) {
      if (!/\.jsonc?$/.test(from)) continue;
      for (const text of slice.strings()) {
        if (!/^(\.{0,2}\/|\w+\/)/.test(text.text)) continue;
        if (this.gone.has(posix.join(posix.dirname(from), text.text))) slice.remove(text);
        else if (this.gone.has(`${text.text}/package.json`)) slice.remove(text);
      }
    }
  }

  /** The files that need no importer: those that manifests export, the main files of programs, and tests. */
  #entries(): Set<string> {
    const entries = new Set<string>();
    for (const [path, slice] of this.#slices) {
      if (/\.test\.tsx?$/.test(path)) entries.add(path);
      if (!path.endsWith('package.json')) continue;
      for (const { text } of slice.strings()) entries.add(posix.join(posix.dirname(path), text));
    }
    return entries;
  }

  #dropUnimported(before: ReadonlyMap<string, ReadonlySet<string>>, roots: ReadonlySet<string>): void {
    const now = this.#importsByTarget();
    for (const [path, namesBefore] of before) {
      const slice = this.#slices.get(path);
      if (slice === undefined) continue;
      const names = now.get(path) ?? new Set();
      if (names.has('*')) continue;
      if (names.size === 0 && !roots.has(path) && !namesBefore.has('*')) {
        this.#removeFile(path);
        continue;
      }
      for (const name of namesBefore) if (!names.has(name)) slice.dropExport(name);
    }
  }

  /** The packages that the code of each folder with a manifest imports. */
  #dependencies(): Map<string, Set<string>> {
    const folders = [...this.#slices.keys()]
      .filter((path) => path.endsWith('package.json'))
      .map((path) => posix.dirname(path));
    const found = new Map<string, Set<string>>(folders.map((folder) => [folder, new Set()]));
    for (const [path, slice] of this.#slices) {
      const folder =
        folders.filter((other) => path.startsWith(`${other}/`)).sort((a, b) => b.length - a.length)[0] ?? '.';
      for (const { text } of slice.strings()) {
        if (path.endsWith('package.json')) continue;
        const [name] = /^(@[\w.-]+\/)?[\w.-]+(?=$|\/)/.exec(text) ?? [];
        if (name !== undefined) found.get(folder)?.add(name);
      }
    }
    return found;
  }

  #dropDependencies(before: ReadonlyMap<string, ReadonlySet<string>>): void {
    const now = this.#dependencies();
    for (const [folder, names] of before) {
      const slice = this.#slices.get(posix.join(folder, 'package.json'));
      if (slice === undefined) continue;
      const isUnused = (name: string) => {
        const own = this.#packages.get(name);
        if (own !== undefined && this.gone.has(posix.join(own.folder, 'package.json'))) return true;
        return names.has(name) && !now.get(folder)?.has(name);
      };
      for (const text of slice.strings()) {
        const property = text.parent;
        if (
          ts.isPropertyAssignment(property) &&
          property.name === text &&
          /ependencies$/.test(sectionOf(property)) &&
          isUnused(text.text)
        ) {
          slice.remove(property);
        }
      }
    }
  }
}

function sectionOf(property: ts.PropertyAssignment): string {
  const { parent } = property.parent;
  return ts.isPropertyAssignment(parent) ? parent.name.getText().replaceAll('"', '') : '';
}

/** Removes the entries of the catalog that no manifest names any more. */
function withoutCatalogEntries(root: string, files: readonly string[], result: Map<string, string | undefined>): void {
  const path = 'pnpm-workspace.yaml';
  const textOf = (file: string) => (result.has(file) ? result.get(file) : readFileSync(join(root, file), 'utf8'));
  const all = (read: (file: string) => string | undefined) =>
    new Set(
      files
        .filter((file) => file.endsWith('package.json'))
        .flatMap((file) => [...(read(file) ?? '').matchAll(/"([^"]+)": "catalog:"/g)].map(([, name]) => name)),
    );
  const before = all((file) => readFileSync(join(root, file), 'utf8'));
  const now = all(textOf);
  const text = textOf(path) ?? '';
  const left = text.replace(/^ {2}"?([^"\s:]+)"?: .*\n/gm, (line, name: string) =>
    before.has(name) && !now.has(name) ? '' : line,
  );
  if (left !== readFileSync(join(root, path), 'utf8')) result.set(path, left);
}
