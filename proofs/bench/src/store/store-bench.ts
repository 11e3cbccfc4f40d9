import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { markdownTable } from '@example/kit/markdown';
import { startPostgres, whyNoPostgres } from '@example/storage/testing';
import BetterSqlite3 from 'better-sqlite3';
import { median, medianRatio } from '../median.ts';
import { bareLoop, type Contestant, ours } from './contestants.ts';

export interface StoreBenchOptions {
  readonly rounds: number;
  /** The time for the writes of a store in a round, and for its reads, in milliseconds. */
  readonly turnMs: number;
  readonly print: (line: string) => void;
}

const clients = 64;

/** The smallest accepted ratio of the creates of all clients to the creates of a single client. */
const goal = 10;
/** A sync that takes less than this, in milliseconds, does not reach a disk. Group commit then gains little. */
const diskSyncMs = 0.5;

/**
 * Measures creates and reads a second. In each round every store has a turn, so that a busy machine is busy for all.
 *
 * @returns whether the goal is reached
 */
export async function benchStore({ rounds, turnMs, print }: StoreBenchOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const missing = whyNoPostgres();
  const postgres = missing === undefined ? await startPostgres({ isDurable: true }) : undefined;
  const contestants: Contestant[] = [
    await ours(`SQLite, ${clients} clients, grouped`, clients, { kind: 'sqlite', path: join(folder, 'grouped.db') }),
    await ours('SQLite, one client', 1, { kind: 'sqlite', path: join(folder, 'one.db') }),
    bareLoop('node:sqlite, a loop', new DatabaseSync(join(folder, 'node-sqlite.db'))),
    bareLoop('better-sqlite3, a loop', new BetterSqlite3(join(folder, 'better-sqlite3.db'))),
  ];
  if (postgres) {
    const database = { kind: 'postgres', url: await postgres.createDatabase() } as const;
    contestants.push(await ours(`PostgreSQL, ${clients} clients`, clients, database));
  } else print(`${missing}`);
  try {
    const rates = new Map(contestants.map(({ name }) => [name, { creates: [] as number[], reads: [] as number[] }]));
    for (let round = 1; round <= rounds; round++) {
      print(`round ${round} of ${rounds}`);
      for (const contestant of contestants) {
        let created = 0;
        const creates = await perSecond(contestant, turnMs, async () => {
          await contestant.create();
          created += 1;
        });
        const reads = await perSecond(contestant, turnMs, (i) => contestant.get(BigInt(1 + (i % created))));
        rates.get(contestant.name)?.creates.push(creates);
        rates.get(contestant.name)?.reads.push(reads);
      }
    }
    print(`\n${tableOf(rates)}`);
    return judge(groupingRatio(rates), syncMs(folder), print);
  } finally {
    for (const contestant of contestants) await contestant.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true });
  }
}

/**
 * @returns the time to write one page and sync it, in milliseconds. A create by a single client takes at least this
 *   time
 */
function syncMs(folder: string): number {
  const file = openSync(join(folder, 'sync'), 'w');
  const page = new Uint8Array(4_096);
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return median(times);
}

async function perSecond(
  { clients }: Contestant,
  ms: number,
  run: (i: number) => Promise<unknown> | unknown,
): Promise<number> {
  let done = 0;
  const start = performance.now();
  const client = async () => {
    while (performance.now() - start < ms) {
      await run(done);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (done * 1_000) / (performance.now() - start);
}

type Rates = ReadonlyMap<string, { creates: number[]; reads: number[] }>;

function tableOf(rates: Rates): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const rows = [...rates].map(([name, { creates, reads }]) => [name, whole(median(creates)), whole(median(reads))]);
  return markdownTable([['store', 'creates/s', 'reads/s'], ...rows]);
}

/** The ratio of the creates of two stores: the median over the rounds. */
function groupingRatio(rates: Rates): number {
  const [grouped = [], one = []] = [...rates.values()].map(({ creates }) => creates);
  return medianRatio(grouped, one);
}

function judge(ratio: number, sync: number, print: (line: string) => void): boolean {
  print(`${clients} clients together create ${ratio.toFixed(1)} times as much as one alone, each create on disk`);
  const costsLittle = sync < diskSyncMs;
  const isReached = ratio >= goal || costsLittle;
  const verdict = costsLittle
    ? 'not checked, because a sync costs little on this machine'
    : isReached
      ? 'reached'
      : 'missed';
  print(`a sync takes ${sync.toFixed(2)} ms here; goal: at least ${goal} times, ${verdict}`);
  return isReached;
}
