import { parseArgs } from 'node:util';
import { pythonVersion } from '@example/check';
import { names, tarballOf } from '@example/kit/names';
import { goModulePath } from '../artefacts/pack.ts';
import { checkPreparable, prepareRelease } from './prepare-release.ts';

export const prepareUsage = `Builds VERSION from HEAD and writes releases/VERSION: the artefacts and their SHA-256, the
descriptor set, wire vectors, and the minimum versions of the runtimes. Nothing is published: docs/reference/releasing.md has the
steps that follow.

  pnpm release VERSION [--dry-run]

  --dry-run   checks only, and prints what would be done
`;

/** `pnpm release VERSION` @returns the text to print; undefined when the arguments are invalid */
export async function runPrepare(args: readonly string[], repository: string): Promise<string | undefined> {
  const options = { 'dry-run': { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [version] = positionals;
  if (version === undefined || positionals.length > 1) return undefined;
  if (values['dry-run']) {
    const isPrepared = (await checkPreparable(repository, version)) !== undefined;
    return planOf(repository, version, isPrepared);
  }
  const prepared = await prepareRelease(repository, version);
  return prepared === 'written' ? nextSteps(version) : `releases/${version} exists already: nothing changed\n`;
}

function planOf(repository: string, version: string, isPrepared: boolean): string {
  const python = pythonVersion(version);
  const distTag = version.includes('-') ? 'next' : 'latest, unless that is a later version';
  const done = isPrepared ? 'build, and compare with the\nexisting files without changing them,' : 'build and write';
  return `The tree is clean, and the manifests and CHANGELOG.md have ${version}. Without --dry-run this would ${done}

  releases/${version}/release.json       names and SHA-256 of the artefacts, minimum versions
  releases/${version}/descriptors.binpb  the API, for comparison with later versions
  releases/${version}/vectors.json       wire vectors
  releases/${version}/artefacts/         ${tarballOf(names.npmPackage, version)}, ${names.pythonModule}-${python}-py3-none-any.whl,
                                    ${names.pythonModule}-${python}.tar.gz, v${version}.info, v${version}.mod, v${version}.zip

After they are committed, \`pnpm release publish ${version}\` would publish, from the tag v${version}:

  npm     ${names.npmPackage}@${version}, dist-tag ${distTag}
  python  ${names.pythonPackage} ${python}
  tag     v${version} to "origin"
  go      ${goModulePath(repository)}@v${version}, from the tag
`;
}

function nextSteps(version: string): string {
  return `wrote releases/${version}

  git add releases/${version} && git commit -m 'Release ${version}'

Then rehearse and tag: docs/reference/releasing.md
`;
}
