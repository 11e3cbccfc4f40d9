import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { type ReleaseRecord, releaseFiles } from '../release/release-record.ts';
import { lowestOf, refusal } from './lowest.ts';

it.each([
  ['^2.5.0', '2.5.0'],
  ['>=3.10', '3.10'],
  ['<8,>=6.31.1', '6.31.1'],
  ['>=6.31.1,<8', '6.31.1'],
  ['v1.64.0', '1.64.0'],
  ['1.25.0', '1.25.0'],
])('reads %s', (range, lowest) => {
  expect(lowestOf({ it: range }, 'it')).toBe(lowest);
});

it.each(releasedVersions(root))('reads all that the artefacts of %s say', (version) => {
  const file = join(root, 'releases', version, releaseFiles.record);
  const { minimumRuntimes } = JSON.parse(readFileSync(file, 'utf8')) as ReleaseRecord;
  for (const ranges of Object.values(minimumRuntimes)) {
    for (const name of Object.keys(ranges)) expect(lowestOf(ranges, name)).toMatch(/^\d+(\.\d+)*$/);
  }
});

it('does not guess what an artefact does not say', () => {
  expect(() => lowestOf({}, 'it')).toThrow('says nothing of it');
});

it('is content only with the word that it waits for', async () => {
  const refused = Promise.reject(new Error('pnpm add failed\n  ENGINE wanted:\n  20'));
  await expect(refusal(refused, /ENGINE.*20/)).resolves.toBe('ENGINE wanted: 20');
  await expect(refusal(Promise.reject(new Error('no network')), /ENGINE/)).rejects.toThrow('no network');
  await expect(refusal(Promise.resolve(), /ENGINE/)).rejects.toThrow('it was installed');
});
