import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @param root of a repository, which may have no folder `releases` before its first release */
export function releasedVersions(root: string): string[] {
  const releases = join(root, 'releases');
  if (!existsSync(releases)) return [];
  return readdirSync(releases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
