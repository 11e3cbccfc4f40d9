import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @param root of a repository */
export function releasedVersions(root: string): string[] {
  return readdirSync(join(root, 'releases'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
