import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageVersion } from '@example/check';
import { root } from '@example/kit/root';
import { buildGo } from '@example/kit/toolchains';
import { generateCode } from '../generate-code.ts';
import { run } from '../run.ts';
import { sha256OfFile } from './sha256.ts';

const generatedFolders = ['packages/protos/src/gen', 'gen/go', 'gen/python/example_protos'];
/** The error details of google.rpc, which are in no descriptor set of ours and have been the same in every version. */
const errorDetails = 'packages/protos/src/gen/google';

/**
 * Turns a source tree into that of another version, of which the descriptor set is kept: its .proto files, and what today's generators
 * make of them. The comments are in the set.
 *
 * @param folder of the source tree
 */
export async function sourceOfDescriptors(descriptors: string, version: string, folder: string): Promise<void> {
  if (!existsSync(descriptors)) {
    throw new Error(`the commit is not version ${version}, and has no releases/${version}/descriptors.binpb`);
  }
  await printProtos(descriptors, join(folder, 'proto'));
  await generateAnew(descriptors, { version, descriptorsSha256: await sha256OfFile(descriptors) }, folder);
  await editManifest(folder, version);
}

async function printProtos(descriptors: string, out: string): Promise<void> {
  const grpcurl = await buildGo(join(root, 'tools/go'), 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
  await rm(out, { recursive: true });
  await mkdir(out);
  await run(grpcurl, ['-protoset', descriptors, '-proto-out-dir', out, 'list'], { cwd: out });
  await rm(join(out, 'google'), { recursive: true });
}

async function generateAnew(descriptors: string, version: PackageVersion, folder: string): Promise<void> {
  const kept = join(folder, 'kept');
  await cp(join(folder, errorDetails), kept, { recursive: true });
  for (const generated of generatedFolders) await rm(join(folder, generated), { recursive: true });
  await generateCode(folder, version, { input: descriptors });
  await cp(kept, join(folder, errorDetails), { recursive: true });
  await rm(kept, { recursive: true });
}

interface Manifest {
  version: string;
  publishConfig: { exports: Record<string, unknown> };
}

/** The version, and no export of what came later. */
async function editManifest(folder: string, version: string): Promise<void> {
  const path = join(folder, 'packages/protos/package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  const packages = await readdir(join(folder, 'packages/protos/src/gen'), { recursive: true });
  const isThere = (name: string) => !/\/v\d+$/.test(name) || packages.includes(name.slice('./'.length));
  manifest.version = version;
  manifest.publishConfig.exports = Object.fromEntries(
    Object.entries(manifest.publishConfig.exports).filter(([name]) => isThere(name)),
  );
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
