import { type Holdings, leftBehind } from './holdings.ts';
import type { SoakResult } from './soak.ts';

/** What the heap may grow by from the first periods to the last, in bytes: what is compiled late, not what is leaked by each call. */
const heapGrowthBytes = 2 * 1024 * 1024;
/** Buffers are given back in larger pieces. */
const externalGrowthBytes = 4 * 1024 * 1024;

/** @returns what is wrong, a line each; none when nothing is */
export function faultsOf({ done, before, holdings }: SoakResult): string[] {
  const faults = [...done.failures].map(([message, count]) => `${count} calls failed: ${message}`);
  if (done.succeeded === 0) faults.push('no call succeeded');
  const last = holdings.at(-1);
  if (last === undefined) return ['nothing was looked at'];

  const heap = growth(holdings, ({ heapBytes }) => heapBytes);
  if (heap > heapGrowthBytes) faults.push(`the heap grew by ${heap} bytes`);
  const external = growth(holdings, ({ externalBytes }) => externalBytes);
  if (external > externalGrowthBytes) faults.push(`memory outside of the heap grew by ${external} bytes`);

  for (const left of leftBehind(last, before)) faults.push(`${left} are left`);
  for (const name of Object.keys(last.resources)) {
    const more = growth(holdings, ({ resources }) => resources[name] ?? 0);
    if (more > 0) faults.push(`${more} more of ${name} at the end than at the beginning`);
  }
  return faults;
}

/** From the least in the first third to the least in the last: what comes and goes is in neither. */
function growth(holdings: readonly Holdings[], of: (holdings: Holdings) => number): number {
  const third = Math.ceil(holdings.length / 3);
  const least = (some: readonly Holdings[]) => Math.min(...some.map(of));
  return least(holdings.slice(-third)) - least(holdings.slice(0, third));
}
