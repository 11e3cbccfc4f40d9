import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDescriptors, registryOf } from '../descriptors.ts';
import { breakingChanges } from './breaking-changes.ts';
import { brokenVectors, type WireVector } from './broken-vectors.ts';
import { releasedVersions } from './released-versions.ts';
import { renumberedExtensions } from './renumbered-extensions.ts';

/** An API that an edit must not break. */
export interface EarlierApi {
  readonly name: string;
  /** The path of its google.protobuf.FileDescriptorSet. */
  readonly descriptors: string;
  readonly vectors: readonly WireVector[];
}

/**
 * Compares the protos with those of every release, except release candidates.
 *
 * @param root of a repository with its buf.yaml and releases
 * @returns lines that describe the breaking changes and the remedy; none when nothing breaks
 */
export async function checkBreaking(root: string): Promise<string[]> {
  const final = releasedVersions(root).filter((version) => !version.includes('-'));
  const earlier = final.map(async (version): Promise<EarlierApi> => {
    const folder = join(root, 'releases', version);
    const vectors = JSON.parse(await readFile(join(folder, 'vectors.json'), 'utf8')) as WireVector[];
    return { name: version, descriptors: join(folder, 'descriptors.binpb'), vectors };
  });
  let descriptors: Uint8Array;
  try {
    descriptors = buildDescriptors(root);
  } catch {
    return ['The protos cannot be compiled: correct what buf reports above.'];
  }
  return wordsOf(await compareWith(root, descriptors, await Promise.all(earlier)));
}

/** The effects of an edit on programs that use an earlier API. */
export interface Breakage {
  readonly name: string;
  /** A line for each change that buf finds. */
  readonly changes: readonly string[];
  /** A line for each message whose bytes now decode to another value, and each extension whose number has changed. */
  readonly values: readonly string[];
}

/** @param descriptors the google.protobuf.FileDescriptorSet of the edited API */
export async function compareWith(
  root: string,
  descriptors: Uint8Array,
  earlier: readonly EarlierApi[],
): Promise<Breakage[]> {
  const registry = registryOf(descriptors);
  const folder = await mkdtemp(join(tmpdir(), 'breaking-'));
  try {
    const path = join(folder, 'edited.binpb');
    await writeFile(path, descriptors);
    const breakages = earlier.map(async ({ name, descriptors: against, vectors }) => ({
      name,
      changes: await breakingChanges(root, path, against),
      values: [
        ...brokenVectors(vectors, registry).map((type) => `${type}: earlier messages are read as another value.`),
        ...renumberedExtensions(registry, registryOf(await readFile(against))),
      ],
    }));
    return await Promise.all(breakages);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns a line for each change, with the versions that it breaks, and the remedy; no lines when nothing breaks */
export function wordsOf(breakages: readonly Breakage[]): string[] {
  const broken = breakages.filter(({ changes, values }) => changes.length + values.length > 0);
  if (broken.length === 0) return [];
  const lines = broken.flatMap(({ changes, values }) => [...changes.map((change) => `proto/${change}`), ...values]);
  return [...new Set(lines), `${remedy} Broken: programs of ${broken.map(({ name }) => name).join(', ')}.`];
}

const remedy =
  'Undo these changes: add beside what is there, and mark the old as deprecated. Or put the change into a new ' +
  'package, such as user.v2 (CONTRIBUTING.md).';
