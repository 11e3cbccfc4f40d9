import { readFileSync, writeFileSync } from 'node:fs';

/** A Markdown table without a final line feed, with aligned columns. @param rows the first row is the head */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/**
 * Replaces the text between `<!-- NAME -->` and `<!-- the end of NAME -->` in a file, each on a line of its own.
 *
 * @throws when the file does not have both marks
 */
export function writeBetweenMarks(path: string, name: string, text: string): void {
  const marked = new RegExp(`(?<=^<!-- ${name} -->\\n\\n).*?(?=\\n\\n<!-- the end of ${name} -->$)`, 'ms');
  const content = readFileSync(path, 'utf8');
  if (!marked.test(content)) throw new Error(`${path} has no marks "${name}" and "the end of ${name}"`);
  writeFileSync(
    path,
    content.replace(marked, () => text),
  );
}
