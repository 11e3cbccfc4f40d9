import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseNotes } from './release-notes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'notes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the notes need a heading in CHANGELOG.md', () => {
  expect(() => releaseNotes(root, '0.9.0')).toThrow('CHANGELOG.md has no heading "## 0.9.0 (YYYY-MM-DD)"');
});

it('the notes need a version that is prepared', () => {
  writeFileSync(join(folder, 'CHANGELOG.md'), '## 1.9.0 (2026-12-24)\n\n- A thing.\n');
  expect(() => releaseNotes(folder, '1.9.0')).toThrow('run `pnpm release 1.9.0` first');
});
