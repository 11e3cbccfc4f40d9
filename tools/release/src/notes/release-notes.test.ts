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

it('the notes of the first version are the text of CHANGELOG.md', () => {
  expect(releaseNotes(root, '1.0.0')).toBe('- `user.v1.UserService` and `order.v1.OrderService`.\n');
});

it('the notes of a later version end with the differences of the API', () => {
  const notes = releaseNotes(root, '1.1.0');
  expect(notes).toMatch(/^- `UpdateOrderStatus`/);
  expect(notes).toContain(
    '### API, compared with 1.0.0\n\nAdded:\n\n- `field order.v1.ChatMessage.message_id string = 6`\n',
  );
  expect(notes).not.toContain('Removed');
});

it('the notes have links to the files of the tag', () => {
  const links = [...releaseNotes(root, '1.2.0').matchAll(/\]\((.+?)\)/g)].map(([, link]) => link);
  expect(links).toEqual(
    ['typescript', 'go', 'python'].map((name) => `https://github.com/example/protos/blob/v1.2.0/docs/${name}.md`),
  );
});

it('the notes need a heading in CHANGELOG.md', () => {
  expect(() => releaseNotes(root, '0.9.0')).toThrow('CHANGELOG.md has no heading "## 0.9.0 (YYYY-MM-DD)"');
});

it('the notes need a version that is prepared', () => {
  writeFileSync(join(folder, 'CHANGELOG.md'), '## 1.9.0 (2026-12-24)\n\n- A thing.\n');
  expect(() => releaseNotes(folder, '1.9.0')).toThrow('run `pnpm release 1.9.0` first');
});
