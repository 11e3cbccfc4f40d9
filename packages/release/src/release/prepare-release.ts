import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArtefacts } from '../artefacts/build-artefacts.ts';
import { sha256 } from '../artefacts/sha256.ts';
import { checkFiles, committedFiles } from './check-files.ts';
import { checkReady, isKept } from './check-ready.ts';
import { minimumRuntimes } from './minimum-runtimes.ts';
import { ReleaseError } from './release-error.ts';
import { type ReleaseRecord, readRecord, releaseFiles, textOf } from './release-record.ts';
import { wireVectors } from './wire-vectors.ts';

/** What `prepareRelease` found in `releases/VERSION`, or put there. */
export type Prepared = 'written' | 'unchanged';

/**
 * Builds a version from HEAD and writes `releases/VERSION`. Once more, it changes nothing.
 *
 * @param root of a repository
 * @throws {ReleaseError} when the tree is not clean, the manifests do not agree, or `releases/VERSION` has other files
 */
export async function prepareRelease(root: string, version: string): Promise<Prepared> {
  const present = await checkPreparable(root, version);
  if (present !== undefined && isKept(root, version)) return 'unchanged';
  const work = await mkdtemp(join(tmpdir(), 'prepare-'));
  try {
    const prepared = join(work, version);
    const record = await writeRelease(root, version, prepared);
    if (present === textOf(record)) return 'unchanged';
    if (present !== undefined) {
      throw new ReleaseError(`releases/${version} has other artefacts than HEAD makes.`, [
        `if ${version} is published, give what is new another version`,
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
 * Whether a version can be built from HEAD, as far as that can be said without building it.
 *
 * @returns the text of its release.json; nothing where there is none
 * @throws {ReleaseError} when the tree is not clean, the manifests do not agree, or `releases/VERSION` is not what was prepared
 */
export async function checkPreparable(root: string, version: string): Promise<string | undefined> {
  await checkReady(root, version);
  const present = await recordOf(root, version);
  await checkPresent(root, version, present);
  return present;
}

/** Of an earlier version, its descriptor set may stand alone: it is what the version is made from. */
async function checkPresent(root: string, version: string, record: string | undefined): Promise<void> {
  const alone = isKept(root, version) ? [join('releases', version, releaseFiles.descriptors)] : [];
  const problems =
    record !== undefined
      ? await checkFiles(root, readRecord(record, version))
      : (await committedFiles(root, version))
          .filter((path) => !alone.includes(path))
          .map((path) => `${path} is there without ${releaseFiles.record}: restore that, or remove this`);
  if (problems.length > 0) throw new ReleaseError(`releases/${version} is not what was prepared:`, problems);
}

/** Writes what `releases/VERSION` has to have, made from HEAD. */
export async function writeRelease(repository: string, version: string, folder: string): Promise<ReleaseRecord> {
  const artefactsFolder = join(folder, releaseFiles.artefacts);
  const built = await buildArtefacts(version, artefactsFolder, { repository });
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

/** @returns the text of its release.json; nothing where there is none */
export async function recordOf(root: string, version: string): Promise<string | undefined> {
  const path = join(root, 'releases', version, releaseFiles.record);
  return existsSync(path) ? await readFile(path, 'utf8') : undefined;
}
