import type { FaultRunResult } from './fault-run.ts';

const maxAmplification = 1.1;
const maxSpread = 0.05;
const maxFourthMs = 2_000;

/**
 * @param isMachineQuiet if false, servers wait for the processor, and the client rightly prefers servers that wait less
 * @returns a line for each promise that a client has not kept
 */
export function checkResult(result: FaultRunResult, isMachineQuiet: boolean): string[] {
  const { outcome, doubled, lost, amplification, spread, fourthAfterMs, uncaught } = result;
  const { made, failed } = outcome.idempotent;
  const faults: string[] = [];
  if (failed > 0) faults.push(`${failed} of ${made} calls that may be repeated failed:\n${outcome.errors.join('\n')}`);
  if (doubled > 0) faults.push(`${doubled} creates were done twice`);
  if (lost > 0) faults.push(`${lost} creates succeeded and were never done`);
  if (amplification > maxAmplification) faults.push(`servers received ${amplification.toFixed(3)} requests a call`);
  if (uncaught > 0) faults.push(`${uncaught} uncaught exceptions`);
  if (isMachineQuiet && spread > maxSpread)
    faults.push(`a server's share is ${(100 * spread).toFixed(1)} % from an even one`);
  const isLate = isMachineQuiet ? fourthAfterMs > maxFourthMs : !Number.isFinite(fourthAfterMs);
  if (isLate) faults.push(`a new server was used after ${(fourthAfterMs / 1_000).toFixed(1)} s`);
  return faults;
}
