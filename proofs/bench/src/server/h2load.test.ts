import { expect, it } from 'vitest';
import { perSecond } from './h2load.ts';

const output = (failed: number, dataBytes: number) => `
finished in 2.00s, 1450.50 req/s, 96.12KB/s
requests: 2901 total, 3300 started, 2901 done, 2901 succeeded, ${failed} failed, 0 errored, 0 timeout
traffic: 192.25KB (196860) total, 9.42KB (9644) headers (space savings 95.96%), 99.90KB (${dataBytes}) data
`;

it('reads the rate from the output of h2load', () => {
  expect(perSecond(output(0, 2901 * 33), 33)).toBe(1450.5);
});

it('refuses a run with failed calls, or with responses that are too short', () => {
  expect(() => perSecond(output(1, 2901 * 33), 33)).toThrow('not every call succeeded');
  expect(() => perSecond(output(0, 2901 * 33 - 1), 33)).toThrow('not every call succeeded');
});
