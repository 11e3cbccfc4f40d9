import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { markdownTable } from '@example/kit/markdown';
import { openUserRepository } from '@example/user-service';
import { median } from '../median.ts';

export interface GrowthBenchOptions {
  readonly rounds: number;
  /** The number of users in a small store and in a large one. */
  readonly small: number;
  readonly large: number;
  /** The number of reads of a measurement. */
  readonly reads: number;
  readonly print: (line: string) => void;
}

const pageSize = 50;

/** The highest accepted ratio of the cost of a read in a large store to its cost in a small store. */
const goal = 1.5;

/**
 * Measures the ratio of the cost of a read in a large store to its cost in a small store. The best ratio is 1.
 *
 * @returns whether the goal is reached
 */
export async function benchGrowth(options: GrowthBenchOptions): Promise<boolean> {
  const { small, large, print } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  try {
    print(`making stores of ${small} and ${large}`);
    const inSmall = await filledStore(join(folder, 'small.db'), small);
    const inLarge = await filledStore(join(folder, 'large.db'), large);
    const users = await sideBySide(options, inSmall.read, inLarge.read);
    const pages = await sideBySide(options, inLarge.readFirstPage, inLarge.readLastPage);
    await inSmall.close();
    await inLarge.close();
    const rows = [
      [`GetUser of ${large.toLocaleString('en')} to of ${small.toLocaleString('en')}`, users.toFixed(2)],
      [`the last page of ${large.toLocaleString('en')} users to the first`, pages.toFixed(2)],
    ];
    const isReached = Math.max(users, pages) <= goal;
    print(
      `\n${markdownTable([['cost', 'ratio'], ...rows])}\ngoal: at most ${goal}, ${isReached ? 'reached' : 'missed'}`,
    );
    return isReached;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function filledStore(path: string, count: number) {
  await (await openUserRepository({ kind: 'sqlite', path })).close();
  fill(path, count);
  const users = await openUserRepository({ kind: 'sqlite', path });
  return {
    read: (i: number) => users.get(BigInt(1 + ((i * 7_919) % count))),
    readFirstPage: () => users.listAfter(0n, pageSize),
    readLastPage: () => users.listAfter(BigInt(count - pageSize), pageSize),
    close: () => users.close(),
  };
}

function fill(path: string, count: number): void {
  const db = new DatabaseSync(path);
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO users (name, email) SELECT 'user ' || i, 'user@example.com' FROM n`);
  db.close();
}

/** @returns the cost of `second` divided by the cost of `first`: the median of the ratios of all rounds */
async function sideBySide(
  { rounds, reads }: GrowthBenchOptions,
  first: (i: number) => Promise<unknown>,
  second: (i: number) => Promise<unknown>,
): Promise<number> {
  const cost = async (read: (i: number) => Promise<unknown>) => {
    const start = performance.now();
    for (let i = 0; i < reads; i++) await read(i);
    return performance.now() - start;
  };
  // The first round is not counted: it fills caches.
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ofFirst = await cost(first);
    const ratio = (await cost(second)) / ofFirst;
    if (round > 0) ratios.push(ratio);
  }
  return median(ratios);
}
