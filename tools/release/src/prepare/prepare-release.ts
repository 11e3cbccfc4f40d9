import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArtefacts } from '../artefacts/build-artefacts.ts';
import { minimumRuntimes } from '../artefacts/minimum-runtimes.ts';
import { sha256 } from '../artefacts/sha256.ts';
import { wireVectors } from '../artefacts/wire-vectors.ts';
import { ReleaseError } from '../release-error.ts';
import { checkFiles, committedFiles } from './check-files.ts';
import { checkReady } from './check-ready.ts';
import { type ReleaseRecord, readRecord, recordText, releaseFiles, textOf } from './release-record.ts';

/**
 * Builds a version from HEAD and writes `releases/VERSION`. A second run changes nothing.
 *
 * @param root of a repository
 * @throws {ReleaseError} when the tree is not clean, the manifests do not agree, or `releases/VERSION` has other files
 */
export async function prepareRelease(root: string, version: string): Promise<'written' | 'unchanged'> {
  const recorded = await checkPreparable(root, version);
  const work = await mkdtemp(join(tmpdir(), 'prepare-'));
  try {
    const prepared = join(work, version);
    const record = await writeRelease(root, version, prepared);
    if (recorded === textOf(record)) return 'unchanged';
    if (recorded !== undefined) {
      throw new ReleaseError(`releases/${version} has artefacts that differ from those of HEAD.`, [
        `if ${version} is published, give the changes the next version`,
        `if it is not, \`git rm -r releases/${version}\`, commit, and run this again`,
      ]);
    }
    await cp(prepared, join(root, 'releases', version), { recursive: true });
    return 'written';
  } finally {
    await rm(work, { recursive: true });
  }
}

/**
 * Checks everything that can be checked without building the version.
 *
 * @returns the text of its release.json; undefined when it is not prepared
 * @throws {ReleaseError} as {@link prepareRelease}
 */
export async function checkPreparable(root: string, version: string): Promise<string | undefined> {
  await checkReady(root, version);
  const recorded = await recordText(root, version);
  const problems =
    recorded === undefined
      ? (await committedFiles(root, version)).map(
          (path) => `${path} has no ${releaseFiles.record} beside it: restore that, or remove this`,
        )
      : await checkFiles(root, readRecord(recorded, version));
  if (problems.length > 0) throw new ReleaseError(`releases/${version} has changed since it was prepared:`, problems);
  return recorded;
}

/** Builds a version from HEAD and writes the content of its `releases/VERSION` into a folder. */
export async function writeRelease(repository: string, version: string, folder: string): Promise<ReleaseRecord> {
  const artefactsFolder = join(folder, releaseFiles.artefacts);
  const built = await buildArtefacts(repository, version, artefactsFolder);
  const { artefacts, goSums, descriptors } = built;
  const record: ReleaseRecord = {
    version,
    descriptorsSha256: sha256(descriptors),
    artefacts,
    goSums,
    minimumRuntimes: await minimumRuntimes(built, artefactsFolder),
  };
  await writeFile(join(folder, releaseFiles.descriptors), descriptors);
  await writeFile(join(folder, releaseFiles.vectors), textOf(wireVectors(descriptors)));
  await writeFile(join(folder, releaseFiles.record), textOf(record));
  return record;
}
