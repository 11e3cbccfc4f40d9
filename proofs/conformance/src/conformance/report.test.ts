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
    expect(report.totals).toEqual({ passed: 4_941, failed: 1, knownToFail: 0 });
  });

  it('reads how many failed as expected', () => {
    const report = reportOf(
      'Total cases: 5266',
      '5260 passed, 0 failed',
      '(Another 6 failed as expected due to being known failures/flakes.)',
    );
    expect(report.totals).toEqual({ passed: 5_260, failed: 0, knownToFail: 6 });
  });

  it('has no totals when there are none', () => {
    expect(
      reportOf('Computed 4942 test case permutation(s) across 16 server configuration(s).').totals,
    ).toBeUndefined();
  });

  it('knows the cases that were not answered', () => {
    const report = reportOf(
      'Sending request for "Basic/one"...',
      'Sending request for "Basic/two"...',
      'Received response for "Basic/one"...',
    );
    expect(report.pending).toEqual(['Basic/two']);
  });

  it('says which lines are worth reading', () => {
    const report = new Report();
    expect(report.add('Sending request for "Basic/one"...')).toBe(false);
    expect(report.add('FAILED: Basic/one:')).toBe(true);
  });
});

describe('conclude', () => {
  it.each([
    ['all pass', { passed: 10, failed: 0, knownToFail: 0 }, 10, true, '10 of 10 passed'],
    ['one fails', { passed: 9, failed: 1, knownToFail: 0 }, 10, false, '9 of 10 passed'],
    ['one is missing', { passed: 9, failed: 0, knownToFail: 0 }, 10, false, '9 of 10 passed'],
    ['one is new', { passed: 11, failed: 0, knownToFail: 0 }, 10, false, '11 of 10 passed'],
    ['some are known to fail', { passed: 8, failed: 0, knownToFail: 2 }, 10, true, '8 of 10 passed, 2 known to fail'],
    ['somebody chose the cases', { passed: 3, failed: 0, knownToFail: 0 }, undefined, true, '3 of 3 passed'],
    ['one of those fails', { passed: 2, failed: 1, knownToFail: 0 }, undefined, false, '2 of 3 passed'],
    ['none was chosen', { passed: 0, failed: 0, knownToFail: 0 }, undefined, false, '0 of 0 passed'],
  ])('when %s', (_, totals, cases, isPassed, figure) => {
    expect(conclude(totals, cases)).toEqual({ isPassed, figure });
  });
});
