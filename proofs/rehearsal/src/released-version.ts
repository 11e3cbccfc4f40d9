import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestVersion, releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { compareVersions, type ReleaseRecord, releaseFiles, writeRelease } from '@example/release';
import { copyRepository } from './repository-copy.ts';

/** A version with its artefacts in a folder. */
export interface ReleasedVersion {
  readonly record: ReleaseRecord;
  /** The folder of the artefacts. */
  readonly folder: string;
  /** The google.protobuf.FileDescriptorSet. */
  readonly descriptors: Uint8Array;
  /** Whether the version is from `releases/`; otherwise it was built from the files here. */
  readonly isPrepared: boolean;
}

/**
 * Gathers all versions in `releases/` and the version of the files here, oldest first.
 *
 * @param work for the artefacts of a version that is not prepared
 */
export async function gatherReleases(work: string): Promise<ReleasedVersion[]> {
  const versions = new Set([...releasedVersions(root), manifestVersion(root)]);
  const all: ReleasedVersion[] = [];
  for (const version of [...versions].sort(compareVersions)) {
    const prepared = join(root, 'releases', version);
    const isPrepared = existsSync(join(prepared, releaseFiles.record));
    const folder = isPrepared ? prepared : join(work, version);
    if (!isPrepared) {
      const repository = join(work, 'repository');
      await copyRepository(repository);
      await writeRelease(repository, version, folder);
    }
    all.push(await readVersion(folder, isPrepared));
  }
  return all;
}

async function readVersion(folder: string, isPrepared: boolean): Promise<ReleasedVersion> {
  return {
    record: JSON.parse(await readFile(join(folder, releaseFiles.record), 'utf8')) as ReleaseRecord,
    folder: join(folder, releaseFiles.artefacts),
    descriptors: await readFile(join(folder, releaseFiles.descriptors)),
    isPrepared,
  };
}
