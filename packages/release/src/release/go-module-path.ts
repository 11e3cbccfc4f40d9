import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param root of a repository
 * @returns the path of the module, as go.mod has it: https://go.dev/ref/mod#go-mod-file-module
 */
export function goModulePath(root: string): string {
  return /^module\s+"?([^\s"]+)/m.exec(readFileSync(join(root, 'go.mod'), 'utf8'))?.[1] ?? '';
}
