import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The place of an API in `proto/`. */
export interface Api {
  /** The protobuf package without its version, such as `user` or `acme.user`. */
  readonly name: string;
  /** The versions, such as `['v1', 'v2']`, the newest last. */
  readonly versions: readonly string[];
}

/** The folder in `proto/` of an API. */
export function folderOf(api: string): string {
  return api.replaceAll('.', '/');
}

/** @param resource in snake case, such as `user` @returns undefined when there is no such API */
export function apiOf(root: string, resource: string): Api | undefined {
  const [folder, ...others] = globSync(`**/${resource}/v*`, { cwd: join(root, 'proto') }).sort(
    (a, b) => numberOf(a) - numberOf(b),
  );
  if (folder === undefined) return undefined;
  const versions = [folder, ...others].map((path) => basename(path));
  return { name: dirname(folder).replaceAll(/[\\/]/g, '.'), versions };
}

function numberOf(path: string): number {
  return Number(/\d+$/.exec(path)?.[0]);
}
