import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GoSums, packGo, packNpm, packPython } from './pack.ts';
import { sha256OfFile } from './sha256.ts';
import { takeSourceTree } from './source-tree.ts';

/** A file to publish. */
export interface Artefact {
  readonly name: string;
  /** The digest in hex. */
  readonly sha256: string;
}

export interface Artefacts {
  readonly version: string;
  readonly artefacts: readonly Artefact[];
  readonly goSums: GoSums;
  /** The google.protobuf.FileDescriptorSet of the version. */
  readonly descriptors: Uint8Array;
}

/**
 * Builds the artefacts of a version from HEAD. The bytes are the same on every machine and at every time.
 *
 * @param repository its root folder
 * @param folder for the files; created if it is missing
 * @throws {ToolchainMissingError} when Go or Python is missing
 */
export async function buildArtefacts(repository: string, version: string, folder: string): Promise<Artefacts> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    const tree = await takeSourceTree(repository, version, join(work, 'source'));
    const npm = await packNpm(tree, folder);
    const python = await packPython(tree, folder);
    const go = await packGo(tree, folder);
    const names = [npm, ...python, ...go.names].sort();
    const artefacts = names.map(async (name) => ({ name, sha256: await sha256OfFile(join(folder, name)) }));
    const descriptors = await readFile(join(tree.folder, 'packages/protos/descriptors.binpb'));
    return { version, artefacts: await Promise.all(artefacts), goSums: go.sums, descriptors };
  } finally {
    await rm(work, { recursive: true });
  }
}
