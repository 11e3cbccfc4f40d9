import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownVersions } from './released-version.ts';

let repository: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'known-'));
});
afterAll(() => rm(repository, { recursive: true }));

it('the newest version is the last, after its own candidates', async () => {
  for (const version of ['1.3.0', '1.10.0-rc.10', '1.10.0-rc.2', '1.2.0']) {
    await mkdir(join(repository, 'releases', version), { recursive: true });
  }
  await mkdir(join(repository, 'packages/protos'), { recursive: true });
  await writeFile(join(repository, 'packages/protos/package.json'), '{ "version": "1.10.0" }');
  expect(knownVersions(repository)).toEqual(['1.2.0', '1.3.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0']);
});
