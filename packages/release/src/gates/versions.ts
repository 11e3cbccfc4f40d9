import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRegistry } from '@bufbuild/protobuf';
import { releasedVersions } from '@example/dev';
import { releaseFiles } from '../release/release-record.ts';
import { registryOf } from '../release/wire-vectors.ts';

/** Orders versions as https://semver.org does: 1.9.0, 1.10.0-rc.2, 1.10.0-rc.10, 1.10.0. */
export function compareVersions(a: string, b: string): number {
  const [coreA = '', candidateA] = a.split('-');
  const [coreB = '', candidateB] = b.split('-');
  const cores = coreA.localeCompare(coreB, 'en', { numeric: true });
  if (cores !== 0) return cores;
  if (candidateA === undefined || candidateB === undefined) return Number(!candidateA) - Number(!candidateB);
  return candidateA.localeCompare(candidateB, 'en', { numeric: true });
}

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
