import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokenParts, documentOf, readDocument } from '@example/openapi';

/**
 * Compares the protos with those of every release, except release candidates, by the `breaking` rules of buf.yaml.
 * buf prints what breaks.
 *
 * @param root of a repository with its buf.yaml and releases
 * @returns the versions whose clients would break
 */
export function brokenReleases(root: string): string[] {
  const final = releasedVersions(root).filter((version) => !version.includes('-'));
  return final.filter((version) => {
    const against = join('releases', version, 'descriptors.binpb');
    const { status, error } = spawnSync('buf', ['breaking', '--against', against], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (error) throw error;
    return status !== 0;
  });
}

/**
 * Compares the OpenAPI document with that of every release, except release candidates. Both are made from protos by
 * the same plugin, so that releases from before there was a document count too.
 *
 * @param root of a repository with its releases
 * @returns what breaks clients of which release
 */
export function brokenOpenApi(root: string): string[] {
  const current = readDocument(root);
  return releasedVersions(root)
    .filter((version) => !version.includes('-'))
    .flatMap((version) => {
      const released = documentOf(root, join('releases', version, 'descriptors.binpb'));
      return brokenParts(released, current).map((part) => `OpenAPI of ${version}: ${part}`);
    });
}

/** @param root of a repository */
export function releasedVersions(root: string): string[] {
  return readdirSync(join(root, 'releases'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
