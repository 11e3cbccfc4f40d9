import { expect, it } from 'vitest';
import { benchStore } from './store-bench.ts';

/** A timeout in milliseconds, long because PostgreSQL takes a while to start. */
const timeout = 60_000;

it('measures the creates and reads of every store', { timeout }, async () => {
  let printed = '';
  await benchStore({
    rounds: 1,
    turnMs: 50,
    print: (line) => {
      printed += `${line}\n`;
    },
  });
  expect(printed).toMatch(/\| SQLite, 64 clients, grouped +\| [\d,]+ +\| [\d,]+ +\|/);
  expect(printed).toMatch(/\| better-sqlite3, a loop +\| [\d,]+ +\| [\d,]+ +\|/);
  expect(printed).toMatch(/64 clients together create \d+\.\d times as much as one alone/);
});
