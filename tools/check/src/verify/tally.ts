import { stripVTControlCharacters } from 'node:util';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The maximum number of repeated lines of failures. */
const mostLines = 150;

/**
 * Reads how many tests or checks passed and failed from their output: `Tests  1 failed | 363 passed (364)` and
 * `Errors  1 error` of vitest, or a line `7 passed, 0 failed` of `pnpm check`.
 *
 * @returns undefined without such a line
 */
export function tallyOf(output: string): Tally | undefined {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => /^ +(Tests|Errors) |^\d+ passed, \d+ failed$/.test(line))
    .map((line) => line.replace(/(\d+) errors?$/, '$1 failed'));
  if (lines.length === 0) return undefined;
  const count = (word: string) =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0);
  return { passed: count('passed'), failed: count('failed') };
}

/** The part of the output of vitest or `pnpm check` that describes failures, shortened. */
export function failuresIn(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  const start = lines.findIndex((line) => /⎯ (Failed Tests|Failed Suites|Unhandled Errors)|^FAILED {2}/.test(line));
  return start < 0 ? '' : `${lines.slice(start, start + mostLines).join('\n')}\n`;
}

/** A line for each failed test of vitest with the first line of its error, and for each failed check. */
export function failedNamesIn(output: string): string[] {
  const lines = stripVTControlCharacters(output).split('\n');
  const names = lines.flatMap((line, index) => {
    if (/^FAILED {2}/.test(line)) return [line];
    return /^ FAIL {2}/.test(line) ? [`${line.trim()}: ${lines[index + 1]?.trim()}`] : [];
  });
  return [...new Set(names)];
}
