import type { Artefact } from '../artefacts/build-artefacts.ts';
import type { GoSums } from '../artefacts/go-module.ts';
import type { MinimumRuntimes } from './minimum-runtimes.ts';
import { ReleaseError } from './release-error.ts';

/** What `releases/VERSION/release.json` has. */
export interface ReleaseRecord {
  readonly version: string;
  /** In hex, of descriptors.binpb. */
  readonly descriptorsSha256: string;
  /** The files in artefacts/. */
  readonly artefacts: readonly Artefact[];
  readonly goSums: GoSums;
  readonly minimumRuntimes: MinimumRuntimes;
}

/** The names of what a release's folder has. */
export const releaseFiles = {
  record: 'release.json',
  descriptors: 'descriptors.binpb',
  vectors: 'vectors.json',
  artefacts: 'artefacts',
} as const;

/** @throws {ReleaseError} when the text of a release.json is not the record of the version, such as with conflict markers in it */
export function readRecord(text: string, version: string): ReleaseRecord {
  const path = `releases/${version}/${releaseFiles.record}`;
  try {
    const record = JSON.parse(text) as ReleaseRecord;
    if (record.version === version && Array.isArray(record.artefacts)) return record;
  } catch (error) {
    throw new ReleaseError(`${path} cannot be read:`, [`restore it: ${(error as Error).message}`]);
  }
  throw new ReleaseError(`${path} is not the record of ${version}:`, ['restore it']);
}

/** As it stands in the file, so that equal records are equal files. */
export function textOf(record: unknown): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
