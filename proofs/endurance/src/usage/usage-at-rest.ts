import { setTimeout } from 'node:timers/promises';
import { leftBehind, type ResourceUsage } from './resource-usage.ts';

const pollMs = 200;

/**
 * Reads the usage until the resources of all clients are released, or until `releaseMs` is over. Each reading stops the
 * process, and on a busy machine a single reading may take all of `releaseMs`. Therefore the usage is read once more at
 * the end, after the process has had time to release resources.
 *
 * @param before the usage to compare with
 */
export async function usageAtRest(
  read: () => ResourceUsage | Promise<ResourceUsage>,
  before: ResourceUsage,
  releaseMs: number,
): Promise<ResourceUsage> {
  const end = performance.now() + releaseMs;
  while (true) {
    const isLast = performance.now() >= end;
    const usage = await read();
    if (leftBehind(usage, before).length === 0 || isLast) return usage;
    await setTimeout(pollMs);
  }
}
