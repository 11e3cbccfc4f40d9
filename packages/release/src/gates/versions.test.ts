import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseFiles } from '../release/release-record.ts';
import { releasedApis } from './versions.ts';

let repository: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'apis-'));
  for (const version of ['1.10.0', '1.11.0-rc.1', '1.9.0']) {
    await mkdir(join(repository, 'releases', version), { recursive: true });
    await cp(
      join(root, 'releases/1.0.0', releaseFiles.descriptors),
      join(repository, 'releases', version, releaseFiles.descriptors),
    );
  }
});
afterAll(() => rm(repository, { recursive: true }));

it('nothing is compared with a candidate: what only that had may go', () => {
  expect(releasedApis(repository).map(({ version }) => version)).toEqual(['1.9.0', '1.10.0']);
});
