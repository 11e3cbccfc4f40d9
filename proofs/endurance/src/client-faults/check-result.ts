import type { FaultRunResult } from './fault-run.ts';

const maxAmplification = 1.1;
const maxSpread = 0.05;
const maxSlowdown = 1.5;
const maxNewMs = 2_000;
/**
 * The longest accepted time until a server that was dead gets a call again, in milliseconds. It allows for the backoff
 * of the client.
 */
const maxBackMs = 5_000;

/**
 * @param isMachineQuiet if false, servers wait for the processor, and the client rightly prefers servers that wait less
 * @returns a line for each promise that a client has not kept
 */
export function checkResult(result: FaultRunResult, isMachineQuiet: boolean): string[] {
  const { outcome, doubled, lost, amplification, uncaught, healthy, oneSlow, spread } = result;
  const broken: string[] = [];
  for (const { idempotent, errors } of [outcome, healthy, oneSlow]) {
    const { made, failed } = idempotent;
    if (failed > 0) broken.push(`${failed} of ${made} calls that may be repeated failed:\n${errors.join('\n')}`);
  }
  if (doubled > 0) broken.push(`${doubled} creates were done twice`);
  if (lost > 0) broken.push(`${lost} creates succeeded and were never done`);
  if (amplification > maxAmplification) broken.push(`servers received ${amplification.toFixed(3)} requests a call`);
  if (uncaught > 0) broken.push(`${uncaught} uncaught exceptions`);
  if (isMachineQuiet && spread > maxSpread)
    broken.push(`a server's share is ${(100 * spread).toFixed(1)} % from an even one`);
  const slowdown = oneSlow.p99Ms / healthy.p99Ms;
  if (isMachineQuiet && slowdown > maxSlowdown)
    broken.push(`beside a slow server, 99 of 100 reads took at most ${slowdown.toFixed(1)} times as long`);
  const waits = [
    ['a new server', result.fourthAfterMs, maxNewMs],
    ['a server that was dead', result.backAfterMs, maxBackMs],
  ] as const;
  for (const [server, ms, maxMs] of waits) {
    const isLate = isMachineQuiet ? ms > maxMs : !Number.isFinite(ms);
    if (isLate) broken.push(`${server} was used after ${(ms / 1_000).toFixed(1)} s`);
  }
  return broken;
}
