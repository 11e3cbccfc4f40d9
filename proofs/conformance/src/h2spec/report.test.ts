import { describe, expect, it } from 'vitest';
import { conclude, parseReport } from './report.ts';

describe('parseReport', () => {
  it('reads the cases of a report', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="3.5. SETTINGS" package="generic/3.5" id="3.5" tests="1" skipped="0" failures="0" errors="0">
    <testcase package="generic/3.5" classname="Sends a SETTINGS frame" time="0.0006"></testcase>
  </testsuite>
  <testsuite name="6.7. PING" package="http2/6.7" id="6.7" tests="2" skipped="1" failures="0" errors="1">
    <testcase package="http2/6.7" classname="Sends a PING frame &gt; 8 &amp; &#34;more&#34;" time="2.0012">
      <error>PING Frame (length:8, flags:0x01)
Connection closed</error>
    </testcase>
    <testcase package="http2/6.7" classname="Sends another" time="0.0001">
      <skipped></skipped>
    </testcase>
  </testsuite>
</testsuites>`;
    expect(parseReport(xml)).toEqual([
      { name: 'generic/3.5 Sends a SETTINGS frame', isPassed: true },
      { name: 'http2/6.7 Sends a PING frame > 8 & "more"', isPassed: false },
      { name: 'http2/6.7 Sends another', isPassed: false },
    ]);
  });
});

describe('conclude', () => {
  const results = [
    { name: 'one', isPassed: true },
    { name: 'two', isPassed: true },
    { name: 'three', isPassed: false },
  ];
  const residual = (name: string) => ({ name, cause: 'it is so' });

  it('passes when the residuals fail and nothing else', () => {
    expect(conclude(results, [residual('three')], 2)).toEqual({
      isPassed: true,
      figure: '2 of 3 passed, 1 known to fail',
      complaints: [],
    });
  });

  it.each([
    ['a case fails that is not among them', [], 2, '2 of 3 passed', 'FAILED: three'],
    ['fewer pass than recorded', [residual('three')], 3, '2 of 3 passed, 1 known to fail', '3 passed when'],
    ['a residual passes', [residual('three'), residual('two')], 2, '2 of 3 passed, 1 known to fail', 'no longer fails'],
    ['a residual is not run', [residual('three'), residual('four')], 2, '2 of 3 passed, 1 known to fail', 'no longer'],
  ])('fails when %s', (_, residuals, leastPassed, figure, complaint) => {
    const outcome = conclude(results, residuals, leastPassed);
    expect(outcome).toMatchObject({ isPassed: false, figure });
    expect(outcome.complaints).toEqual([expect.stringContaining(complaint)]);
  });
});
