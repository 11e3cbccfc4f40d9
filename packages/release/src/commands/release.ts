import { parseArgs } from 'node:util';
import { manifestVersion, pythonVersion } from '@example/check';
import { root } from '@example/kit/root';
import { isKept } from '../release/check-ready.ts';
import { goModulePath } from '../release/go-module-path.ts';
import { checkPreparable, prepareRelease } from '../release/prepare-release.ts';
import { releaseFiles } from '../release/release-record.ts';
import { fail, type Streams } from './streams.ts';

const usage = `Builds a version from HEAD and writes releases/VERSION: the artefacts with their SHA-256, the descriptor set, wire vectors, and the
minimum runtimes. It publishes nothing; docs/reference/releasing.md has the way from here to there.

  pnpm release VERSION [options]

  --dry-run   only checks, and says what would be done
  --help      this text
`;

/** `pnpm release` @returns the exit code */
export async function runRelease(
  args: readonly string[],
  { stdout, stderr }: Streams,
  repository = root,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    const [version] = positionals;
    if (values.help || version === undefined || positionals.length > 1) {
      (values.help ? stdout : stderr).write(usage);
      return values.help ? 0 : 1;
    }
    if (values['dry-run']) {
      const isPrepared = (await checkPreparable(repository, version)) !== undefined;
      stdout.write(planOf(repository, version, isPrepared));
    } else {
      const prepared = await prepareRelease(repository, version);
      stdout.write(
        prepared === 'written' ? nextSteps(version) : `releases/${version} is there already: nothing changed\n`,
      );
    }
    return 0;
  } catch (error) {
    return fail('pnpm release', error, stderr);
  }
}

function planOf(repository: string, version: string, isPrepared: boolean): string {
  const python = pythonVersion(version);
  if (isKept(repository, version)) {
    const manifests = manifestVersion(repository);
    const done = isPrepared ? 'check the files that are there, and change none' : 'build and write the rest';
    return `The tree is clean. The manifests say ${manifests}: ${version} is an earlier version, made from its releases/${version}/${releaseFiles.descriptors}. Without
--dry-run this would ${done}. It can be published from its own tag only.
`;
  }
  const done = isPrepared ? 'build, and compare with what is there, which\nit does not change,' : 'build and write';
  return `The tree is clean, and the manifests and CHANGELOG.md say ${version}. Without --dry-run this would ${done}

  releases/${version}/release.json       names and SHA-256 of the artefacts, minimum runtimes
  releases/${version}/descriptors.binpb  what later versions are compared with
  releases/${version}/vectors.json       wire vectors
  releases/${version}/artefacts/         example-protos-${version}.tgz, example_protos-${python}-py3-none-any.whl,
                                    example_protos-${python}.tar.gz, v${version}.info, v${version}.mod, v${version}.zip

and, once that is committed, \`pnpm release:publish ${version}\` would publish, from the tag v${version}:

  npm     @example/protos@${version}, dist-tag ${version.includes('-') ? 'next' : 'latest, unless that is a later version'}
  python  example-protos ${python}
  go      ${goModulePath(repository)}@v${version}: pushes the tag
`;
}

function nextSteps(version: string): string {
  return `wrote releases/${version}

  git add releases/${version} && git commit -m 'Release ${version}'

then rehearse and tag: docs/reference/releasing.md
`;
}
