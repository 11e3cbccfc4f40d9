import { expect, it } from 'vitest';
import { parseReport } from './report.ts';

it('reads the cases of a JUnit report, and counts a skipped case as not passed', () => {
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
