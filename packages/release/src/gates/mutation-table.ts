import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gates } from './gates.ts';
import type { Catches } from './play-mutations.ts';

const path = 'docs/reference/compatibility.md';
const marks = { begin: '<!-- mutations -->\n', end: '<!-- /mutations -->\n' };
const cells = { caught: 'caught', missed: '', notPlayed: '·' };

/** What each gate did with each mutation, by its name. */
export type Results = ReadonlyMap<string, Catches>;

/** Writes the table into docs/reference/compatibility.md. @param root of a repository */
export function writeTable(root: string, results: Results): void {
  const text = readFileSync(join(root, path), 'utf8');
  const [before] = text.split(marks.begin);
  const [, after] = text.split(marks.end);
  writeFileSync(join(root, path), `${before}${marks.begin}\n${tableOf(results)}\n${marks.end}${after}`);
}

function tableOf(results: Results): string {
  const names = gates.map(({ name }) => name);
  const rows = [...results].map(([mutation, catches]) => [mutation, ...names.map((name) => cellOf(catches.get(name)))]);
  const table = [['edit', ...names], ['---', ...names.map(() => ':-:')], ...rows];
  const missed = [...results]
    .filter(([, catches]) => ![...catches.values()].includes(true))
    .map(([name]) => `*${name}*`);
  return `${table.map((row) => `| ${row.join(' | ')} |\n`).join('')}\nNo gate catches: ${missed.join(', ') || 'none of them'}.\n`;
}

function cellOf(isCaught: boolean | undefined): string {
  if (isCaught === undefined) return cells.notPlayed;
  return isCaught ? cells.caught : cells.missed;
}

/** Reads the table of docs/reference/compatibility.md. @param root of a repository */
export function readTable(root: string): Results {
  const table = readFileSync(join(root, path), 'utf8').split(marks.begin)[1]?.split(marks.end)[0] ?? '';
  const [header = [], , ...rows] = table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '));
  return new Map(rows.map(([mutation = '', ...row]) => [mutation, catchesOf(header.slice(1), row)]));
}

function catchesOf(names: readonly string[], row: readonly string[]): Catches {
  return new Map(
    names.flatMap((name, i): [string, boolean][] => {
      const cell = row[i]?.trim();
      return cell === cells.notPlayed ? [] : [[name, cell === cells.caught]];
    }),
  );
}
