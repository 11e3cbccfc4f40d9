import { join } from 'node:path';
import { filesOf, readText } from '../repository-files.ts';
import type { Part } from './parts.ts';

/** A pattern that matches the names of the parts in a file. */
export function namesOf(parts: readonly Part[], path: string): RegExp {
  const removed = parts.filter(({ kept }) => !kept?.test(path));
  const sources = removed.map(({ names }) => (names.ignoreCase ? `(?i:${names.source})` : names.source));
  return new RegExp(sources.join('|') || '(?!)');
}

/** Whether a file is removed with one of the parts. */
export function isOf(parts: readonly Part[], path: string): boolean {
  return parts.some(({ paths, kept }) => paths.test(path) && !kept?.test(path));
}

/** @returns `FILE: LINE` for each line of a file, and each path, that still names one of the parts */
export function tracesIn(root: string, parts: readonly Part[]): string[] {
  if (parts.length === 0) return [];
  return filesOf(root).flatMap((path) => {
    const names = namesOf(parts, path);
    const lines = isOfOthers(path) ? [] : (readText(join(root, path)) ?? '').split('\n');
    const found = lines.filter((line) => names.test(line)).map((line) => `${path}: ${line.trim()}`);
    return isOf(parts, path) ? [path, ...found] : found;
  });
}

/**
 * Whether the names in a file do not matter: in lockfiles, which list packages that other packages need, and in code
 * that is generated from the protos of Google.
 */
export function isOfOthers(path: string): boolean {
  return /(^|\/)(pnpm-lock\.yaml|go\.(mod|sum))$|\/gen\/(ts-proto\/)?google\//.test(path);
}
