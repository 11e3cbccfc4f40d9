import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRegistry } from '@bufbuild/protobuf';
import { releasedVersions } from '@example/check';
import { compareVersions } from '../release/compare-versions.ts';
import { releaseFiles } from '../release/release-record.ts';
import { registryOf } from '../release/wire-vectors.ts';

/** A version's API, as it was released. */
export interface ReleasedApi {
  readonly version: string;
  /** The google.protobuf.FileDescriptorSet. */
  readonly descriptors: Uint8Array;
  readonly registry: FileRegistry;
}

/**
 * @param root of a repository
 * @returns the versions that are no candidates, oldest first
 */
export function releasedApis(root: string): ReleasedApi[] {
  return releasedVersions(root)
    .filter((version) => !version.includes('-'))
    .sort(compareVersions)
    .map((version) => {
      const descriptors = readFileSync(join(root, 'releases', version, releaseFiles.descriptors));
      return { version, descriptors, registry: registryOf(descriptors) };
    });
}
