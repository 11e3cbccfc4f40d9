import { join } from 'node:path';
import { filesOf, readText } from '../repository-files.ts';
import type { Part } from './parts.ts';

/** A pattern that matches the names of the parts. */
export function namesOf(parts: readonly Part[]): RegExp {
  return new RegExp(parts.map(({ names }) => names.source).join('|'), 'i');
}

/** @returns `FILE: LINE` for each line of a file, and each path, that still names one of the parts */
export function tracesIn(root: string, parts: readonly Part[]): string[] {
  if (parts.length === 0) return [];
  const names = namesOf(parts);
  const isOfPart = (path: string) => parts.some(({ paths }) => paths.test(path));
  return filesOf(root).flatMap((path) => {
    const lines = isOfOthers(path) ? [] : (readText(join(root, path)) ?? '').split('\n');
    const found = lines.filter((line) => names.test(line)).map((line) => `${path}: ${line.trim()}`);
    return isOfPart(path) ? [path, ...found] : found;
  });
}

/**
 * Whether the names in a file do not matter: in lockfiles, which list packages that other packages need, and in code
 * that is generated from the protos of Google.
 */
export function isOfOthers(path: string): boolean {
  return /(^|\/)(pnpm-lock\.yaml|go\.(mod|sum))$|\/gen\/google\//.test(path);
}
