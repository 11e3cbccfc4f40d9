import { expect, it } from 'vitest';
import { ServerWeight } from './server-weight.ts';

const options = { blackoutPeriodMs: 10_000, weightExpirationPeriodMs: 180_000, errorUtilizationPenalty: 1 };
const none = { cpuUtilization: 0, memUtilization: 0, applicationUtilization: 0, rpsFractional: 0, eps: 0 };
const half = { ...none, applicationUtilization: 0.5, rpsFractional: 100 };

function weightOf(report: Partial<typeof none>): number {
  const weight = new ServerWeight();
  weight.report({ ...none, ...report }, options, 0);
  return weight.at(10_000, options);
}

it.each([
  ['the calls at full use', half, 200],
  ['the use of the CPU without one of the application', { cpuUtilization: 0.25, rpsFractional: 100 }, 400],
  ['the use of the application if both are there', { ...half, cpuUtilization: 0.1 }, 200],
  ['less with errors', { ...half, eps: 50 }, 100],
  ['unknown without calls', { applicationUtilization: 0.5 }, 0],
  ['unknown without a use', { rpsFractional: 100 }, 0],
])('is %s', (_, report, expected) => {
  expect(weightOf(report)).toBe(expected);
});

it('is unknown in the blackout period, and again after a new connection', () => {
  const weight = new ServerWeight();
  weight.report(half, options, 1_000);
  expect([weight.at(10_999, options), weight.at(11_000, options)]).toEqual([0, 200]);
  weight.restart();
  expect(weight.at(12_000, options)).toBe(0);
  weight.report(half, options, 12_000);
  expect([weight.at(21_999, options), weight.at(22_000, options)]).toEqual([0, 200]);
});

it('expires, and the blackout period begins again', () => {
  const weight = new ServerWeight();
  weight.report(half, options, 0);
  expect([weight.at(179_999, options), weight.at(180_000, options)]).toEqual([200, 0]);
  weight.report(half, options, 180_001);
  expect([weight.at(190_000, options), weight.at(190_001, options)]).toEqual([0, 200]);
});
