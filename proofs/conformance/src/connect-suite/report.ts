/** The totals of connectconformance. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** Follows the output of connectconformance with `--vv`. */
export class Report {
  readonly #pending = new Set<string>();
  /** The totals; undefined until connectconformance has printed them. */
  totals: Totals | undefined;

  /** @returns whether the line is worth printing */
  add(line: string): boolean {
    const [, event, name] = /^(Sending request|Received response) for "(.+)"\.\.\.$/.exec(line) ?? [];
    if (name !== undefined) {
      if (event === 'Sending request') this.#pending.add(name);
      else this.#pending.delete(name);
      return false;
    }
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed !== undefined) this.totals = { passed: Number(passed), failed: Number(failed) };
    return true;
  }

  /** The cases without a response so far, in the order of their requests. */
  get pending(): readonly string[] {
    return [...this.#pending];
  }
}

/**
 * @param totals undefined when connectconformance ended without printing them
 * @param caseCount the number of cases that must have run; undefined when the caller has chosen the cases
 */
export function conclude(
  totals: Totals | undefined,
  caseCount: number | undefined,
): { readonly isPassed: boolean; readonly figure: string } {
  if (totals === undefined) return { isPassed: false, figure: 'connectconformance ended without totals' };
  const { passed, failed } = totals;
  const total = caseCount ?? passed + failed;
  return { isPassed: passed > 0 && failed === 0 && passed === total, figure: `${passed} of ${total} passed` };
}
