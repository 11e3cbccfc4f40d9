import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefact } from '../artefacts/build-artefacts.ts';
import type { MinimumRuntimes } from '../artefacts/minimum-runtimes.ts';
import type { GoSums } from '../artefacts/pack.ts';
import { ReleaseError } from '../release-error.ts';

/** The content of `releases/VERSION/release.json`. */
export interface ReleaseRecord {
  readonly version: string;
  /** The digest of descriptors.binpb, in hex. */
  readonly descriptorsSha256: string;
  /** The files in artefacts/. */
  readonly artefacts: readonly Artefact[];
  readonly goSums: GoSums;
  readonly minimumRuntimes: MinimumRuntimes;
}

/** The names of the files in `releases/VERSION`. */
export const releaseFiles = {
  record: 'release.json',
  descriptors: 'descriptors.binpb',
  vectors: 'vectors.json',
  artefacts: 'artefacts',
} as const;

/**
 * @param root of a repository
 * @returns the text of `releases/VERSION/release.json`; undefined when the version is not prepared
 */
export async function recordText(root: string, version: string): Promise<string | undefined> {
  const path = join(root, 'releases', version, releaseFiles.record);
  return existsSync(path) ? await readFile(path, 'utf8') : undefined;
}

/** @throws {ReleaseError} when the text is not the record of the version, for example because of conflict markers */
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

/** A value as the text of a file. Equal values make equal files. */
export function textOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
