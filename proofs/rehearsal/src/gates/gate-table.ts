import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catches, gateNames } from './gates.ts';

const path = 'docs/reference/compatibility.md';
const marks = { begin: '<!-- mutations -->\n', end: '<!-- /mutations -->\n' };
const cells = { caught: 'caught', missed: '', notPlayed: '·' };

/** The gates that catch each edit, by the name of the edit. */
export type Results = ReadonlyMap<string, Catches>;

/** Writes the table in docs/reference/compatibility.md. @param root of a repository */
export function writeTable(root: string, results: Results): void {
  const text = readFileSync(join(root, path), 'utf8');
  const [before] = text.split(marks.begin);
  const [, after] = text.split(marks.end);
  writeFileSync(join(root, path), `${before}${marks.begin}\n${tableOf(results)}\n${marks.end}${after}`);
}

function tableOf(results: Results): string {
  const rows = [...results].map(([edit, catches]) => [edit, ...gateNames.map((name) => cellOf(catches.get(name)))]);
  const table = [['edit', ...gateNames], ['---', ...gateNames.map(() => ':-:')], ...rows];
  const missed = missedIn(results).map((name) => `*${name}*`);
  const summary = `No gate catches: ${missed.join(', ') || 'none of them'}.`;
  return `${table.map((row) => `| ${row.join(' | ')} |\n`).join('')}\n${summary}\n`;
}

/** @returns the names of the edits that no gate has caught */
export function missedIn(results: Results): string[] {
  return [...results].filter(([, catches]) => ![...catches.values()].includes(true)).map(([name]) => name);
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
  return new Map(rows.map(([edit = '', ...row]) => [edit, catchesOf(header.slice(1), row)]));
}

function catchesOf(names: readonly string[], row: readonly string[]): Catches {
  return new Map(
    names.flatMap((name, i): [string, boolean][] => {
      const cell = row[i]?.trim();
      return cell === cells.notPlayed ? [] : [[name, cell === cells.caught]];
    }),
  );
}
