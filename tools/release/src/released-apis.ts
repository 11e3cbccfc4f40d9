import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRegistry } from '@bufbuild/protobuf';
import { registryOf, releasedVersions } from '@example/check';
import { releaseFiles } from './prepare/release-record.ts';
import { compareVersions } from './versions.ts';

/** The API of a released version. */
export interface ReleasedApi {
  readonly version: string;
  /** The google.protobuf.FileDescriptorSet. */
  readonly descriptors: Uint8Array;
  readonly registry: FileRegistry;
}

/**
 * @param root of a repository
 * @returns the released versions without candidates, oldest first
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
