import { expect, it } from 'vitest';
import { type Check, NotHereError, type Rehearsal } from './rehearsal.ts';
import { reportOf } from './report.ts';
import { isAllShown, showAll } from './show-all.ts';

const rehearsal = { signal: new AbortController().signal } as Rehearsal;
const checks: Check[] = [
  { name: 'a', show: async () => undefined },
  { name: 'b', show: async () => '2 pairs\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n' },
  { name: 'c', show: () => Promise.reject(new Error('no | good')) },
  { name: 'd', show: () => Promise.reject(new NotHereError('no Node 99')) },
];

it('checks continue after a failure, and the last line has the totals', async () => {
  const lines: string[] = [];
  await showAll(rehearsal, checks, (line) => lines.push(line));
  expect(lines.map((line) => line.replace(/\d\.\d s/, 'T').split('\n')[0])).toEqual([
    'ok         a (T)',
    'ok         b (T): 2 pairs',
    'FAILED     c (T): no | good',
    'left out   d (T): no Node 99',
    '2 passed, 1 failed, 1 left out',
  ]);
});

it.each([
  ['failed', {}, false],
  ['left out', {}, true],
  ['left out', { CI: 'true' }, false],
  ['passed', { CI: 'true' }, true],
] as const)('a check that has %s with the environment %j counts as passed: %s', (result, env, isAll) => {
  expect(isAllShown([{ name: 'a', result, note: '' }], env)).toBe(isAll);
});

it('the report has a row for each check, and tables below', async () => {
  const shown = await showAll(rehearsal, checks, () => {});
  expect(reportOf(shown)).toBe(`| | | |
|---|---|---|
| a | passed |  |
| b | passed | 2 pairs |
| c | failed | no \\| good |
| d | left out | no Node 99 |

| x | y |
| --- | --- |
| 1 | 2 |`);
});
