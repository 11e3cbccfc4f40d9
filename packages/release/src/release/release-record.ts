import type { Artefact } from '../artefacts/build-artefacts.ts';
import type { GoSums } from '../artefacts/go-module.ts';
import type { MinimumRuntimes } from './minimum-runtimes.ts';

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

/** As it stands in the file, so that equal records are equal files. */
export function textOf(record: unknown): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
