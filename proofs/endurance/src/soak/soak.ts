import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceUsage } from '../usage/resource-usage.ts';
import type { Done, SoakResult } from '../usage/soak-result.ts';
import { usageAtRest } from '../usage/usage-at-rest.ts';
import { Load } from './load.ts';
import { WatchedService } from './watched-service.ts';

export interface SoakOptions {
  /** Modules that the process loads before OrderService. */
  readonly preloads?: readonly string[];
  /** The duration of the load, in milliseconds. */
  readonly loadMs: number;
  /** The number of periods into which the load is divided. The usage is read after each, when all clients have left. */
  readonly periods: number;
  /** A seed. With the same seed, clients make the same calls, but not at the same times. */
  readonly seed: number;
  /** The time for the service to release the resources of clients that have left, in milliseconds. Default: 15 s. */
  readonly releaseMs?: number;
  readonly onPeriod?: (usage: ResourceUsage, done: Done) => void;
}

const clients = 12;

/** Keeps a service under load, with pauses between the periods. @throws when the service ends */
export async function soak({
  preloads = [],
  loadMs,
  periods,
  seed,
  releaseMs = 15_000,
  onPeriod,
}: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const service = await WatchedService.start({ DATABASE_URL: `sqlite:${join(folder, 'orders.db')}` }, preloads);
  try {
    const before = await service.usage();
    const load = new Load(service.url);
    const usages: ResourceUsage[] = [];
    // The first period is a warm-up, for everything that is compiled and cached once.
    for (let period = 0; period <= periods; period++) {
      await load.run(clients, loadMs / (periods + 1), seed + period * clients);
      const usage = await usageAtRest(() => service.usage(), before, releaseMs);
      usages.push(usage);
      onPeriod?.(usage, load.done);
    }
    return { done: load.done, before, usages };
  } finally {
    await service.end();
    rmSync(folder, { recursive: true });
  }
}
