import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The versions of an API in `proto/`, such as `['v1', 'v2']`, the newest last. */
export function apiVersions(root: string, packageFolder: string): string[] {
  return globSync('v*', { cwd: join(root, 'proto', packageFolder) }).sort(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  );
}
