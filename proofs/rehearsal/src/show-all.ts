import { type Check, NotHereError, type Rehearsal } from './rehearsal.ts';

export interface Shown {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'left out';
  /** A note for people; empty when the name is enough. */
  readonly note: string;
}

/** Whether all checks have passed. Outside of CI, a check may be left out if the machine lacks a program. */
export function isAllShown(shown: readonly Shown[], { CI }: NodeJS.ProcessEnv = process.env): boolean {
  return shown.every(({ result }) => result === 'passed' || (result === 'left out' && !CI));
}

const words = { passed: 'ok', failed: 'FAILED', 'left out': 'left out' };

/**
 * Makes the checks one after the other, and prints a line for each and the totals.
 *
 * @throws the reason of the rehearsal's signal, when the signal has ended it
 */
export async function showAll(
  rehearsal: Rehearsal,
  checks: readonly Check[],
  print: (line: string) => void,
): Promise<Shown[]> {
  const all: Shown[] = [];
  for (const check of checks) {
    const start = performance.now();
    const shown = await showOne(rehearsal, check);
    rehearsal.signal.throwIfAborted();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(`${words[shown.result].padEnd(9)}  ${shown.name} (${seconds} s)${shown.note && `: ${shown.note}`}`);
    all.push(shown);
  }
  const count = (result: Shown['result']) => all.filter((shown) => shown.result === result).length;
  const leftOut = count('left out') > 0 ? `, ${count('left out')} left out` : '';
  print(`${count('passed')} passed, ${count('failed')} failed${leftOut}`);
  return all;
}

async function showOne(rehearsal: Rehearsal, { name, show }: Check): Promise<Shown> {
  try {
    return { name, result: 'passed', note: (await show(rehearsal)) ?? '' };
  } catch (error) {
    return { name, result: error instanceof NotHereError ? 'left out' : 'failed', note: (error as Error).message };
  }
}
