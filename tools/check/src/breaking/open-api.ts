import { join } from 'node:path';
import { brokenParts, documentOf, readDocument } from '@example/openapi';
import { releasedVersions } from './released-versions.ts';

/**
 * Compares the OpenAPI document with that of every release, except release candidates. The current plugin makes the
 * documents of all releases from their protos, so that releases without a document are compared, too.
 *
 * @param root of a repository with its releases
 * @returns the changes that break clients, each with the release that it breaks
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
