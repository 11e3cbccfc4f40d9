import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of a package of this repository, such as `@example/kit`: its scope is that of the package of protos. */
export function packageName(root: string, name: string): string {
  const { name: protos } = JSON.parse(readFileSync(join(root, 'packages/protos/package.json'), 'utf8')) as {
    name: string;
  };
  return protos.replace(/[^/]+$/, name);
}

/** The versions of an API in `proto/`, such as `['v1', 'v2']`, the newest last. */
export function apiVersions(root: string, packageFolder: string): string[] {
  return globSync('v*', { cwd: join(root, 'proto', packageFolder) }).sort(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  );
}
