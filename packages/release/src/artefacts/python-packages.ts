import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { pythonTools } from '../python-tools.ts';
import { run } from '../run.ts';
import type { SourceTree } from './source-tree.ts';

/**
 * Builds the wheel and the sdist of `example-protos`.
 *
 * @returns the names of the files
 */
export async function packPython({ folder, version, date }: SourceTree, out: string): Promise<string[]> {
  const cwd = join(folder, 'gen/python');
  const seconds = `${Date.parse(date) / 1000}`;
  await run(pythonTools().program('hatchling'), ['build', '-d', out], {
    cwd,
    // https://reproducible-builds.org/specs/source-date-epoch/
    env: { ...process.env, SOURCE_DATE_EPOCH: seconds },
  });
  const name = `example_protos-${pythonVersion(version)}`;
  return [`${name}-py3-none-any.whl`, `${name}.tar.gz`];
}
