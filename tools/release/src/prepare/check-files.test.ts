import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { checkFiles } from './check-files.ts';
import type { ReleaseRecord } from './release-record.ts';

const [version = ''] = releasedVersions(root);
const files = join('releases', version);

let repository: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'files-'));
  await run('git', ['init', '--quiet'], { cwd: repository });
});
afterAll(() => rm(repository, { recursive: true }));

async function check(folder: string, which: string): Promise<string[]> {
  const text = await readFile(join(folder, 'releases', which, 'release.json'), 'utf8');
  return await checkFiles(folder, JSON.parse(text) as ReleaseRecord);
}

it.each(releasedVersions(root))('the files of %s match its record', async (released) => {
  expect(await check(root, released)).toEqual([]);
});

describe.runIf(version)('a file of a release is reported', () => {
  async function found(edit: (path: string) => Promise<void>, name: string): Promise<string[]> {
    await cp(join(root, files), join(repository, files), { recursive: true });
    await edit(join(repository, files, name));
    await run('git', ['add', '--all'], { cwd: repository });
    const problems = await check(repository, version);
    await rm(join(repository, files), { recursive: true });
    return problems;
  }
  const names = ['descriptors.binpb', 'vectors.json', `artefacts/v${version}.zip`];

  it.each(names)('when %s was edited', async (name) => {
    const why = name === 'vectors.json' ? 'has other vectors than descriptors.binpb makes' : 'and the record has';
    const problems = await found(async (path) => await appendFile(path, ' '), name);
    expect(problems).toEqual([expect.stringMatching(`^${files}/${name} .*${why}`)]);
  });

  it.each(names)('when %s was removed', async (name) => {
    expect(await found(async (path) => await rm(path), name)).toEqual([`${files}/${name} is missing: restore it`]);
  });

  it.each(['other.txt', 'artefacts/other.whl'])('when %s was added', async (name) => {
    const problems = await found(async (path) => await writeFile(path, 'other'), name);
    expect(problems).toEqual([`${files}/${name} is not in the record: remove it`]);
  });
});
