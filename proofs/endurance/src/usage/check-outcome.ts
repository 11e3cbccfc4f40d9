import { leftBehind, type ResourceUsage } from './resource-usage.ts';
import type { SoakResult } from './soak-result.ts';

/** How far the heap may grow from the first samples to the last, in bytes: V8 compiles some code late. */
const heapGrowthBytes = 2 * 1024 * 1024;
/** The accepted growth of memory outside of the heap, in bytes: buffers are released in larger pieces. */
const externalGrowthBytes = 4 * 1024 * 1024;

/** @returns a line for each fault */
export function checkOutcome({ done, before, usages }: SoakResult): string[] {
  const faults = [...done.failures].map(([message, count]) => `${count} calls failed: ${message}`);
  if (done.succeeded === 0) faults.push('no call succeeded');
  const last = usages.at(-1);
  if (last === undefined) return ['no usage was read'];

  const heap = growth(usages, ({ heapBytes }) => heapBytes);
  if (heap > heapGrowthBytes) faults.push(`the heap grew by ${heap} bytes`);
  const external = growth(usages, ({ externalBytes }) => externalBytes);
  if (external > externalGrowthBytes) faults.push(`memory outside of the heap grew by ${external} bytes`);

  for (const left of leftBehind(last, before)) faults.push(`${left} are left`);
  for (const name of Object.keys(last.resources)) {
    const more = growth(usages, ({ resources }) => resources[name] ?? 0);
    if (more > 0) faults.push(`${more} more of ${name} at the end than at the beginning`);
  }
  return faults;
}

/** The growth from the least value in the first third to the least in the last, which excludes fluctuations. */
function growth(usages: readonly ResourceUsage[], of: (usage: ResourceUsage) => number): number {
  const third = Math.ceil(usages.length / 3);
  const least = (some: readonly ResourceUsage[]) => Math.min(...some.map(of));
  return least(usages.slice(-third)) - least(usages.slice(0, third));
}
