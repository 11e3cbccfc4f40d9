import { expect, it } from 'vitest';
import { decodeLoadReport, encodeLoadReport } from './load-report.ts';

const report = { cpuUtilization: 0.25, memUtilization: 0.5, applicationUtilization: 1.5, rpsFractional: 100.5, eps: 2 };

it('is read as it was written', () => {
  expect(decodeLoadReport(encodeLoadReport(report))).toEqual(report);
  const unknown = { cpuUtilization: 0, memUtilization: 0, applicationUtilization: 0, rpsFractional: 0, eps: 0 };
  expect(encodeLoadReport(unknown)).toHaveLength(0);
  expect(decodeLoadReport(new Uint8Array())).toEqual(unknown);
});

it('may have fields that balancing does not use', () => {
  // Adds two fields that the decoder skips: `named_metrics` (a map) and the deprecated `rps` (a varint).
  const more = Buffer.concat([Buffer.from('42030a0161', 'hex'), encodeLoadReport(report), Buffer.from('1805', 'hex')]);
  expect(decodeLoadReport(more)).toEqual(report);
});

it('is refused when it is cut', () => {
  expect(() => decodeLoadReport(encodeLoadReport(report).subarray(0, 12))).toThrow();
});
