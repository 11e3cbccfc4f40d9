import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import type { Shown } from './show-all.ts';

const path = join(root, 'docs/results/rehearsal.md');
const marked = /(?<=<!-- what was shown -->\n\n).*(?=\n\n<!-- the end of what was shown -->)/s;

/** Writes the results between the two marks of docs/results/rehearsal.md. */
export async function writeReport(shown: readonly Shown[]): Promise<void> {
  const text = reportOf(shown);
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace(marked, () => text),
  );
}

/** @returns Markdown: a row for each check, then the tables that some notes contain */
export function reportOf(shown: readonly Shown[]): string {
  const rows = shown.map(({ name, result, note }) => {
    const [first = ''] = note.split('\n');
    return `| ${name} | ${result} | ${first.replaceAll('|', '\\|')} |`;
  });
  const tables = shown.flatMap(({ note }) => note.match(/^\|.*(\n\|.*)+/gm) ?? []);
  return [['| | | |', '|---|---|---|', ...rows].join('\n'), ...tables].join('\n\n');
}
