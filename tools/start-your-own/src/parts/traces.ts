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
    const lines = isLockfile(path) ? [] : (readText(join(root, path)) ?? '').split('\n');
    const found = lines.filter((line) => names.test(line)).map((line) => `${path}: ${line.trim()}`);
    return isOfPart(path) ? [path, ...found] : found;
  });
}

/**
 * Whether a file is a lockfile. Lockfiles also list packages that other packages need, whose names do not matter here.
 */
export function isLockfile(path: string): boolean {
  return /(^|\/)(pnpm-lock\.yaml|go\.(mod|sum))$/.test(path);
}
