import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestVersion, releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { compareVersions } from '../release/compare-versions.ts';
import { writeRelease } from '../release/prepare-release.ts';
import { type ReleaseRecord, releaseFiles } from '../release/release-record.ts';
import { copyRepository } from '../repository-copy.ts';

/** A version whose artefacts are in a folder. */
export interface ReleasedVersion {
  readonly record: ReleaseRecord;
  /** That has the artefacts. */
  readonly folder: string;
  /** The google.protobuf.FileDescriptorSet. */
  readonly descriptors: Uint8Array;
  /** Whether `releases/` has it; else it was made of the files that are here now. */
  readonly isPrepared: boolean;
}

/**
 * All versions that `releases/` knows, and the one that this is, oldest first.
 *
 * @param work for what has to be made
 */
export async function gatherReleases(work: string): Promise<ReleasedVersion[]> {
  const repository = join(work, 'repository');
  const all: ReleasedVersion[] = [];
  for (const version of knownVersions(root)) {
    const prepared = join(root, 'releases', version);
    const isPrepared = existsSync(join(prepared, releaseFiles.record));
    if (!isPrepared) {
      if (!existsSync(repository)) await copyRepository(repository);
      await writeRelease(repository, version, join(work, version));
    }
    all.push(await readVersion(isPrepared ? prepared : join(work, version), isPrepared));
  }
  return all;
}

/**
 * @param repository the root of one
 * @returns the versions in its `releases/`, candidates too, and the one that it is, oldest first
 */
export function knownVersions(repository: string): string[] {
  return [...new Set([...releasedVersions(repository), manifestVersion(repository)])].sort(compareVersions);
}

async function readVersion(folder: string, isPrepared: boolean): Promise<ReleasedVersion> {
  return {
    record: JSON.parse(await readFile(join(folder, releaseFiles.record), 'utf8')) as ReleaseRecord,
    folder: join(folder, releaseFiles.artefacts),
    descriptors: await readFile(join(folder, releaseFiles.descriptors)),
    isPrepared,
  };
}
