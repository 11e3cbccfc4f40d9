import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { releaseNotes } from './release-notes.ts';

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
    ['typescript', 'go', 'python'].map((name) => `${names.repository}/blob/v1.2.0/docs/${name}.md`),
  );
});
