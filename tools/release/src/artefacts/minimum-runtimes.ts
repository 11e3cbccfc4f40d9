import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { run } from '../run.ts';
import type { Artefacts } from './build-artefacts.ts';

/** The versions that each artefact requires, by the name of the package or language: a range, or the lowest version. */
export interface MinimumRuntimes {
  readonly npm: Readonly<Record<string, string>>;
  readonly python: Readonly<Record<string, string>>;
  readonly go: Readonly<Record<string, string>>;
}

/** @param folder with the artefacts */
export async function minimumRuntimes({ version, artefacts }: Artefacts, folder: string): Promise<MinimumRuntimes> {
  const sdist = artefacts.find(({ name }) => name.endsWith('.tar.gz'))?.name ?? '';
  const inSdist = `${sdist.slice(0, -'.tar.gz'.length)}/PKG-INFO`;
  const read = async (archive: string, file: string) => await run('tar', ['-xzOf', archive, file], { cwd: folder });
  return {
    npm: ofPackageJson(await read(tarballOf(names.npmPackage, version), 'package/package.json')),
    python: ofMetadata(await read(sdist, inSdist)),
    go: ofGoMod(await run('go', ['mod', 'edit', '-json', join(folder, `v${version}.mod`)], { cwd: folder })),
  };
}

function ofPackageJson(text: string): Record<string, string> {
  const { engines, peerDependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
  return { ...engines, ...peerDependencies };
}

/**
 * Parses the metadata of a Python package, without extras.
 * https://packaging.python.org/en/latest/specifications/core-metadata/
 */
function ofMetadata(text: string): Record<string, string> {
  const python = /^Requires-Python: (.+)$/m.exec(text)?.[1] ?? '';
  const packages = [...text.matchAll(/^Requires-Dist: ([\w-]+)([^;\n]+)$/gm)].map(([, name = '', range = '']) => [
    name,
    range,
  ]);
  return { python, ...Object.fromEntries(packages) };
}

function ofGoMod(json: string): Record<string, string> {
  const { Go, Require } = JSON.parse(json) as {
    Go: string;
    Require: { Path: string; Version: string; Indirect?: true }[];
  };
  const direct = Require.filter(({ Indirect }) => !Indirect);
  return { go: Go, ...Object.fromEntries(direct.map(({ Path, Version }) => [Path, Version])) };
}
