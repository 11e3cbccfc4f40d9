import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../run.ts';
import { hideAttestations } from './sign-python.ts';

let repository: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'sign-'));
  await run('git', ['init', '--quiet'], { cwd: repository });
});
afterAll(() => rm(repository, { recursive: true }));

it('an attestation beside the artefacts leaves the tree clean', async () => {
  await writeFile(join(repository, 'a.whl.publish.attestation'), '{}');
  const status = async () => await run('git', ['status', '--porcelain'], { cwd: repository });
  expect(await status()).not.toBe('');
  await hideAttestations(repository);
  expect(await status()).toBe('');
});
