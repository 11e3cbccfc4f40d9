import type { AttackResult } from './attack.ts';

/** The accepted growth of the heap, in bytes: caches, and code that is compiled late. */
const heapGrowthBytes = 8 * 1024 * 1024;
const externalGrowthBytes = 16 * 1024 * 1024;
/** The part of its normal rate that the legal load must keep. */
const keptRate = 0.9;

/** @returns a line for each fault */
export function checkResult({ quiet, attacked, before, after }: AttackResult): string[] {
  const faults: string[] = [];
  const rate = attacked.succeeded / attacked.made / (quiet.succeeded / quiet.made);
  if (!(rate >= keptRate)) {
    const failures = [...attacked.failures].map(([message, count]) => `${count} × ${message}`);
    faults.push(`legal calls kept ${Math.floor(rate * 100)} % of their rate: ${failures.join(', ')}`);
  }
  const unanswered = attacked.healthMs.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
  if (unanswered > (1 - keptRate) * attacked.healthMs.length) faults.push(`${unanswered} health checks failed`);
  const heap = after.heapBytes - before.heapBytes;
  if (heap > heapGrowthBytes) faults.push(`the heap grew by ${heap} bytes`);
  const external = after.externalBytes - before.externalBytes;
  if (external > externalGrowthBytes) faults.push(`memory outside of the heap grew by ${external} bytes`);
  return faults;
}

/** The 99th percentile of the times of the health checks, in milliseconds. */
export function health99({ healthMs }: Pick<AttackResult['attacked'], 'healthMs'>): number {
  return healthMs[Math.floor(healthMs.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}
