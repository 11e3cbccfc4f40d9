import { join } from 'node:path';
import { brokenParts, documentOf, readDocument } from '@example/openapi';
import { releasedVersions } from './released-versions.ts';

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
