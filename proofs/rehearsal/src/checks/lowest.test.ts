import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { type ReleaseRecord, releaseFiles } from '@example/release';
import { expect, it } from 'vitest';
import { lowestOf, refusal } from './lowest.ts';

it.each([
  ['^2.5.0', '2.5.0'],
  ['>=3.10', '3.10'],
  ['<8,>=6.31.1', '6.31.1'],
  ['>=6.31.1,<8', '6.31.1'],
  ['v1.64.0', '1.64.0'],
  ['1.25.0', '1.25.0'],
])('the lowest version of %s is %s', (range, lowest) => {
  expect(lowestOf({ it: range }, 'it')).toBe(lowest);
});

it.each(releasedVersions(root))('every version range in the record of %s has a lowest version', (version) => {
  const file = join(root, 'releases', version, releaseFiles.record);
  const { minimumRuntimes } = JSON.parse(readFileSync(file, 'utf8')) as ReleaseRecord;
  for (const ranges of Object.values(minimumRuntimes)) {
    for (const name of Object.keys(ranges)) expect(lowestOf(ranges, name)).toMatch(/^\d+(\.\d+)*$/);
  }
});

it('a runtime that is not declared is an error', () => {
  expect(() => lowestOf({}, 'it')).toThrow('declares no version of it');
});

it('a refusal for another reason is an error', async () => {
  const refused = Promise.reject(new Error('pnpm add failed\n  ENGINE wanted:\n  20'));
  await expect(refusal(refused, /ENGINE.*20/)).resolves.toBe('ENGINE wanted: 20');
  await expect(refusal(Promise.reject(new Error('no network')), /ENGINE/)).rejects.toThrow('no network');
  await expect(refusal(Promise.resolve(), /ENGINE/)).rejects.toThrow('the installation succeeded');
});
