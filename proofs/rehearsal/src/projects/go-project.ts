import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { sha256OfFile } from '@example/release';
import { expectEqual, type Project } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';

/**
 * Makes a module that requires the package, and compares the bytes of the package with those of the release.
 *
 * @param others PATH@VERSION
 */
export async function goGet(project: Project, release: ReleasedVersion, others: readonly string[] = []): Promise<void> {
  const { version, goSums, artefacts } = release.record;
  await project.run('go', 'mod', 'init', 'consumer');
  await project.run('go', 'get', `${names.goModule}@v${version}`, ...others);
  const sums = (await readFile(join(project.folder, 'go.sum'), 'utf8')).split('\n');
  const ours = sums.filter((line) => line.startsWith(`${names.goModule} `)).join('\n');
  const expected = [
    `${names.goModule} v${version} ${goSums.zip}`,
    `${names.goModule} v${version}/go.mod ${goSums.mod}`,
  ].join('\n');
  expectEqual(ours, expected, 'go.sum');
  const zip = join(
    (await project.run('go', 'env', 'GOMODCACHE')).trim(),
    `cache/download/${names.goModule}/@v/v${version}.zip`,
  );
  const released = artefacts.find(({ name }) => name === `v${version}.zip`)?.sha256 ?? 'none';
  expectEqual(await sha256OfFile(zip), released, 'the sha256 of the module');
}
