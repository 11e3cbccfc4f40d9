import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releasedVersions } from '@example/check';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { readChangelog, releaseDate } from './changelog.ts';

const text = `# Changelog

## 1.3.0 (unreleased)

- One more.

## 1.3.0-rc.1 (2026-12-24)

- A thing.

  ## not a heading

## 1.2.0 (2026-11-21)

- Another.
`;

it('a changelog is read as versions, days and notes, without the version that has no date yet', () => {
  expect(readChangelog(text)).toEqual([
    { version: '1.3.0-rc.1', date: '2026-12-24', notes: '- A thing.\n\n  ## not a heading' },
    { version: '1.2.0', date: '2026-11-21', notes: '- Another.' },
  ]);
});

it('the error for a version without a date names the heading to write', () => {
  expect(() => releaseDate(text, '1.3.0')).toThrow('CHANGELOG.md has no heading "## 1.3.0 (YYYY-MM-DD)": write one');
});

it('the changelog of this repository has every released version', () => {
  const versions = readChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).map(({ version }) => version);
  expect(versions).toEqual(expect.arrayContaining(releasedVersions(root)));
});
