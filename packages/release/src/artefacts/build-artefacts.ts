import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { type GoSums, packGo } from './go-module.ts';
import { packNpm } from './npm-package.ts';
import { packPython } from './python-packages.ts';
import { sha256OfFile } from './sha256.ts';
import { takeSourceTree } from './source-tree.ts';

/** A file that is published. */
export interface Artefact {
  readonly name: string;
  /** In hex. */
  readonly sha256: string;
}

export interface Artefacts {
  readonly version: string;
  readonly artefacts: readonly Artefact[];
  readonly goSums: GoSums;
  /** The google.protobuf.FileDescriptorSet of the version. */
  readonly descriptors: Uint8Array;
}

export interface BuildOptions {
  /** Default: this one. */
  readonly repository?: string;
  /** A commit of the repository. Default: HEAD. */
  readonly revision?: string;
}

/**
 * Builds what is published of a version: from the commit when that is the version, from its descriptor set in `releases/` when it
 * is a later one. The same files, wherever and whenever.
 *
 * @param folder for the files, made where it is missing
 * @throws {ToolchainMissingError} when Go or Python is missing
 */
export async function buildArtefacts(
  version: string,
  folder: string,
  { repository = root, revision = 'HEAD' }: BuildOptions = {},
): Promise<Artefacts> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    const tree = await takeSourceTree({ version, folder: join(work, 'source'), repository, revision });
    const npm = await packNpm(tree, folder);
    const python = await packPython(tree, folder);
    const go = await packGo(tree, folder);
    const names = [npm, ...python, ...go.names].sort();
    return {
      version,
      artefacts: await Promise.all(
        names.map(async (name) => ({ name, sha256: await sha256OfFile(join(folder, name)) })),
      ),
      goSums: go.sums,
      descriptors: await readFile(join(tree.folder, 'packages/protos/descriptors.binpb')),
    };
  } finally {
    await rm(work, { recursive: true });
  }
}
