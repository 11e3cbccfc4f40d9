import type { Outcome } from '../commands/command.ts';

/** What connectconformance found. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Those that failed as a list of known failures says. */
  readonly knownToFail: number;
}

/** Follows what connectconformance prints with `--vv`. */
export class Report {
  readonly #pending = new Set<string>();
  #counts: Partial<Record<keyof Totals, number>> = {};

  /** @returns whether somebody who waits for the outcome wants to read the line */
  add(line: string): boolean {
    const [, event, name] = /^(Sending request|Received response) for "(.+)"\.\.\.$/.exec(line) ?? [];
    if (name !== undefined) {
      if (event === 'Sending request') this.#pending.add(name);
      else this.#pending.delete(name);
      return false;
    }
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed !== undefined) this.#counts = { ...this.#counts, passed: Number(passed), failed: Number(failed) };
    const [, known] = /^\(Another (\d+) failed as expected/.exec(line) ?? [];
    if (known !== undefined) this.#counts = { ...this.#counts, knownToFail: Number(known) };
    return true;
  }

  /** The cases that have been sent and not been answered, in the order they were sent. */
  get pending(): readonly string[] {
    return [...this.#pending];
  }

  /** Undefined when it ended without any. */
  get totals(): Totals | undefined {
    const { passed, failed, knownToFail = 0 } = this.#counts;
    return passed === undefined || failed === undefined ? undefined : { passed, failed, knownToFail };
  }
}

/**
 * @param cases how many must have been run; undefined when somebody chose which
 * @returns passed when every case passed or is known to fail, and none is missing
 */
export function conclude({ passed, failed, knownToFail }: Totals, cases: number | undefined): Outcome {
  const total = cases ?? passed + failed + knownToFail;
  const known = knownToFail > 0 ? `, ${knownToFail} known to fail` : '';
  return {
    isPassed: passed > 0 && failed === 0 && passed + knownToFail === total,
    figure: `${passed} of ${total} passed${known}`,
  };
}
