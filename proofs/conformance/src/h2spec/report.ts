import type { Outcome } from '../commands/command.ts';
import type { Residual } from './residuals.ts';

/** A case of h2spec and how it went. */
export interface CaseResult {
  /** Its section and its title, such as `http2/6.7 Sends a PING frame with ACK`. */
  readonly name: string;
  readonly isPassed: boolean;
}

const entities: Readonly<Record<string, string>> = { '#34': '"', '#39': "'", amp: '&', gt: '>', lt: '<' };

/** The cases of the JUnit report that h2spec writes. One that was skipped has not passed. */
export function parseReport(xml: string): CaseResult[] {
  const cases = xml.matchAll(/<testcase package="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs);
  return [...cases].map(([, section, title = '', result]) => ({
    name: `${section} ${title.replaceAll(/&([^;]+);/g, (whole, entity: string) => entities[entity] ?? whole)}`,
    isPassed: result === '',
  }));
}

/**
 * @param residuals those that are expected to fail
 * @param leastPassed how many passed when that was last recorded
 * @returns passed when exactly the residuals failed, and not fewer passed; `complaints` says what else there is
 */
export function conclude(
  results: readonly CaseResult[],
  residuals: readonly Residual[],
  leastPassed: number,
): Outcome & { complaints: string[] } {
  const expected = new Set(residuals.map(({ name }) => name));
  const failed = results.filter(({ isPassed }) => !isPassed).map(({ name }) => name);
  const unexpected = failed.filter((name) => !expected.has(name));
  const gone = [...expected].filter((name) => !failed.includes(name));
  const passed = results.length - failed.length;
  const complaints = [
    ...unexpected.map((name) => `FAILED: ${name}`),
    ...gone.map((name) => `no longer fails, take it off the list of residuals: ${name}`),
    ...(passed < leastPassed ? [`${leastPassed} passed when that was last recorded`] : []),
  ];
  const known = failed.length - unexpected.length;
  const figure = `${passed} of ${results.length} passed${known > 0 ? `, ${known} known to fail` : ''}`;
  return { isPassed: complaints.length === 0, figure, complaints };
}
