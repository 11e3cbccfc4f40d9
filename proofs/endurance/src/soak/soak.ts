import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Holdings, leftBehind } from './holdings.ts';
import { type Done, Load } from './load.ts';
import { WatchedService } from './watched-service.ts';

export interface SoakOptions {
  /** The module of the service; the default is OrderService. It calls `sayHoldingsOnSignal`. */
  readonly main?: string;
  /** How long it is loaded, in milliseconds, in how many periods: after each, when the clients have gone, its holdings are looked at. */
  readonly loadMs: number;
  readonly periods: number;
  /** What clients do is the same for the same seed; when they do it is not. */
  readonly seed: number;
  /** How long what clients have left may take to go, in milliseconds. Default: 15 s. */
  readonly goneMs?: number;
  readonly onPeriod?: (holdings: Holdings, done: Done) => void;
}

export interface SoakResult {
  readonly done: Done;
  /** Before anything is asked of the service. */
  readonly before: Holdings;
  /** After the warm-up, and after each period. */
  readonly holdings: readonly Holdings[];
}

const clients = 12;

const lookEveryMs = 200;

/** Keeps a service under load, with rests in between. @throws when it ends */
export async function soak({
  main = serviceMain,
  loadMs,
  periods,
  seed,
  goneMs = 15_000,
  onPeriod,
}: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const service = await WatchedService.start(main, {
    ENGINE: 'fast',
    DATABASE_URL: `sqlite:${join(folder, 'orders.db')}`,
  });
  try {
    const before = await service.holdings();
    const load = new Load(service.url);
    const holdings: Holdings[] = [];
    // The first is for what is compiled and cached once.
    for (let period = 0; period <= periods; period++) {
      await load.run(clients, loadMs / (periods + 1), seed + period * clients);
      const held = await atRest(service, before, goneMs);
      holdings.push(held);
      onPeriod?.(held, load.done);
    }
    return { done: load.done, before, holdings };
  } finally {
    await service.end();
    rmSync(folder, { recursive: true });
  }
}

/**
 * What it holds once nothing of its clients is left, or when that should have been. While it looks the service does nothing else, and on a
 * busy machine that takes as long as this: the last look begins only after it, when the service has had time since the one before.
 */
async function atRest(service: WatchedService, before: Holdings, goneMs: number): Promise<Holdings> {
  const end = performance.now() + goneMs;
  while (true) {
    const isLast = performance.now() >= end;
    const holdings = await service.holdings();
    if (leftBehind(holdings, before).length === 0 || isLast) return holdings;
    await setTimeout(lookEveryMs);
  }
}

const serviceMain = join(import.meta.dirname, 'service-main.ts');
