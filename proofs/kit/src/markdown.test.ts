import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markdownTable, writeBetweenMarks } from './markdown.ts';

it('aligns the columns of a table', () => {
  const rows = [
    ['store', 'a second'],
    ['SQLite', '8'],
  ];
  expect(markdownTable(rows)).toBe('| store  | a second |\n| ------ | -------- |\n| SQLite | 8        |');
});

it('replaces the text between two marks, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'markdown-'));
  const path = join(folder, 'page.md');
  writeFileSync(path, '# Page\n\n<!-- the table -->\n\nold\n\n<!-- the end of the table -->\n\n$& stays\n');
  writeBetweenMarks(path, 'the table', '$& new');
  expect(readFileSync(path, 'utf8')).toBe(
    '# Page\n\n<!-- the table -->\n\n$& new\n\n<!-- the end of the table -->\n\n$& stays\n',
  );
  expect(() => writeBetweenMarks(path, 'other', 'new')).toThrow('has no marks "other" and "the end of other"');
  rmSync(folder, { recursive: true });
});
