import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../artefacts/sha256.ts';
import { wireVectors } from '../artefacts/wire-vectors.ts';
import { run } from '../run.ts';
import { type ReleaseRecord, releaseFiles, textOf } from './release-record.ts';

/**
 * Compares the files in `releases/VERSION` with its record: artefacts and descriptor set by digest, wire vectors by
 * making them again from the descriptor set. Files that are not in Git are ignored.
 *
 * @param root of a repository
 * @returns the problems, and what to do about each
 */
export async function checkFiles(root: string, record: ReleaseRecord): Promise<string[]> {
  const folder = join('releases', record.version);
  const digests = new Map([
    [join(folder, releaseFiles.descriptors), record.descriptorsSha256],
    ...record.artefacts.map(({ name, sha256 }) => [join(folder, releaseFiles.artefacts, name), sha256] as const),
  ]);
  const problems = await Promise.all([...digests].map(async ([path, digest]) => await checkDigest(root, path, digest)));
  const vectors = join(folder, releaseFiles.vectors);
  if (problems.flat().length === 0) problems.push(await checkVectors(root, folder, vectors));
  const known = [join(folder, releaseFiles.record), vectors, ...digests.keys()];
  const extra = (await committedFiles(root, record.version)).filter((path) => !known.includes(path));
  return [...problems.flat(), ...extra.map((path) => `${path} is not in the record: remove it`)];
}

/** @returns the paths of the files in `releases/VERSION` that are in git */
export async function committedFiles(root: string, version: string): Promise<string[]> {
  const listed = await run('git', ['ls-files', '-z', join('releases', version)], { cwd: root });
  return listed.split('\0').filter((path) => path !== '');
}

async function checkDigest(root: string, path: string, digest: string): Promise<string[]> {
  if (!existsSync(join(root, path))) return [`${path} is missing: restore it`];
  const found = sha256(await readFile(join(root, path)));
  return found === digest ? [] : [`${path} has the digest ${found}, and the record has ${digest}: restore it`];
}

async function checkVectors(root: string, folder: string, path: string): Promise<string[]> {
  if (!existsSync(join(root, path))) return [`${path} is missing: restore it`];
  const descriptors = await readFile(join(root, folder, releaseFiles.descriptors));
  const isSame = (await readFile(join(root, path), 'utf8')) === textOf(wireVectors(descriptors));
  return isSame ? [] : [`${path} has other vectors than ${releaseFiles.descriptors} makes: restore it`];
}
