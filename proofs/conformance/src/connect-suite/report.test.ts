import { describe, expect, it } from 'vitest';
import { conclude, Report } from './report.ts';

function reportOf(...lines: string[]): Report {
  const report = new Report();
  for (const line of lines) report.add(line);
  return report;
}

describe('Report', () => {
  it('reads the totals', () => {
    const report = reportOf('FAILED: Basic/HTTPVersion:1/unary/success:', 'Total cases: 4942', '4941 passed, 1 failed');
    expect(report.totals).toEqual({ passed: 4_941, failed: 1 });
  });

  it('has no totals before connectconformance prints them', () => {
    expect(
      reportOf('Computed 4942 test case permutation(s) across 16 server configuration(s).').totals,
    ).toBeUndefined();
  });

  it('names the cases without a response', () => {
    const report = reportOf(
      'Sending request for "Basic/one"...',
      'Sending request for "Basic/two"...',
      'Received response for "Basic/one"...',
    );
    expect(report.pending).toEqual(['Basic/two']);
  });

  it('leaves out the lines about requests and responses', () => {
    const report = new Report();
    expect(report.add('Sending request for "Basic/one"...')).toBe(false);
    expect(report.add('FAILED: Basic/one:')).toBe(true);
  });
});

describe('the conclusion of connectconformance', () => {
  it.each([
    ['all cases pass', { passed: 10, failed: 0 }, 10, true, '10 of 10 passed'],
    ['one case fails', { passed: 9, failed: 1 }, 10, false, '9 of 10 passed'],
    ['one case is missing', { passed: 9, failed: 0 }, 10, false, '9 of 10 passed'],
    ['one case is new', { passed: 11, failed: 0 }, 10, false, '11 of 10 passed'],
    ['all chosen cases pass', { passed: 3, failed: 0 }, undefined, true, '3 of 3 passed'],
    ['one of the chosen cases fails', { passed: 2, failed: 1 }, undefined, false, '2 of 3 passed'],
    ['no case was chosen', { passed: 0, failed: 0 }, undefined, false, '0 of 0 passed'],
    ['it ends early', undefined, 10, false, 'connectconformance ended without totals'],
  ])('when %s', (_, totals, caseCount, isPassed, figure) => {
    expect(conclude(totals, caseCount)).toEqual({ isPassed, figure });
  });
});
