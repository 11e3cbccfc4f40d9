import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releasedApis } from './released-apis.ts';
import { run } from './run.ts';
import { compareVersions } from './versions.ts';

let repository: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'apis-'));
  for (const version of ['1.10.0', '1.11.0-rc.1', '1.9.0']) {
    const folder = join(repository, 'releases', version);
    await mkdir(folder, { recursive: true });
    const descriptors = join(folder, 'descriptors.binpb');
    await run('buf', ['build', '--as-file-descriptor-set', '-o', descriptors], { cwd: root });
  }
});
afterAll(() => rm(repository, { recursive: true }));

it('candidates are not released APIs, so that a part that only a candidate has may be removed', () => {
  expect(releasedApis(repository).map(({ version }) => version)).toEqual(['1.9.0', '1.10.0']);
});

it('versions are ordered by the rules of semver', () => {
  const ordered = ['1.0.0', '1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0', '2.0.0-rc.1', '2.0.0'];
  expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
});
