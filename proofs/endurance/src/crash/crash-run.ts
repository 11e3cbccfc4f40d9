import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort, type NodeServer, startNodeServer } from '@example/kit/programs';
import { Random } from '@example/kit/random';
import { root } from '@example/kit/root';
import { startPostgres } from '@example/storage/testing';
import { ChatWorkload } from './workloads/chats.ts';
import { OrderWorkload } from './workloads/orders.ts';
import { UploadWorkload } from './workloads/uploads.ts';
import { UserWorkload } from './workloads/users.ts';
import type { Findings, Workload } from './workloads/workload.ts';

/**
 * The process to kill: the service, or a process of PostgreSQL. In the second case, PostgreSQL ends its other processes
 * and recovers.
 */
export type Victim = 'service' | 'backend';

export interface CrashRun {
  readonly victim: Victim;
  /** The number of kills: each service is killed as often as the others. */
  readonly kills: number;
  /** The longest time between two kills, in milliseconds. */
  readonly longestLifeMs: number;
  /** A seed. With the same seed, the kills have the same times, and hit PostgreSQL's processes of the same ages. */
  readonly seed: number;
  /** Receives the number of kills so far. */
  readonly onKill?: (kills: number) => void;
}

const shortestLifeMs = 20;

/** More processes than PostgreSQL ever has. */
const manyBackends = 1_000_000;

const services = [
  { name: 'user-service', workloads: [UserWorkload] },
  { name: 'order-service', workloads: [OrderWorkload, UploadWorkload, ChatWorkload] },
] as const;

/**
 * Kills the victim under load, again and again, and compares the acknowledged writes with the stored writes.
 *
 * @returns the findings of each workload, by its name
 */
export async function crash(run: CrashRun): Promise<ReadonlyMap<string, Findings>> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  const postgres = run.victim === 'backend' ? await startPostgres({ isDurable: true }) : undefined;
  const killed: KilledService[] = [];
  let kills = 0;
  const onKill = () => run.onKill?.(++kills);
  try {
    for (const { name } of services) {
      killed.push(new KilledService(name, (await postgres?.createDatabase()) ?? `sqlite:${join(folder, name)}.db`));
    }
    // All services start before the first kill: a killed process of PostgreSQL may serve the other service.
    await Promise.all(killed.map((service) => service.start()));
    const found = await Promise.all(
      services.map(async ({ workloads }, index) => {
        const service = killed[index] as KilledService;
        const work = workloads.map((Workload) => new Workload(service.url));
        const random = new Random(run.seed);
        const kill = () =>
          postgres ? postgres.killOneBackend(random.between(0, manyBackends)) : service.killAndRestart();
        const killLater = async () => {
          await setTimeout(random.between(shortestLifeMs, run.longestLifeMs));
          await kill();
          onKill();
        };
        return await killUnderLoad(work, killLater, Math.ceil(run.kills / services.length));
      }),
    );
    return new Map(found.flat());
  } finally {
    await Promise.all(killed.map((service) => service.end()));
    await postgres?.stop();
    rmSync(folder, { recursive: true });
  }
}

async function killUnderLoad(
  workloads: readonly Workload[],
  killLater: () => Promise<void>,
  kills: number,
): Promise<[string, Findings][]> {
  let isOver = false;
  try {
    const working = Promise.all(workloads.map((workload) => workload.work(() => isOver)));
    const killing = (async () => {
      for (let i = 0; i < kills; i++) await killLater();
      isOver = true;
    })();
    await Promise.all([working, killing]);
    return await Promise.all(workloads.map(async (load) => [load.name, await load.check()] as [string, Findings]));
  } finally {
    isOver = true;
  }
}

/** A service that restarts on the same port. */
class KilledService {
  readonly #name: string;
  readonly #databaseUrl: string;
  #port = 0;
  #server: NodeServer | undefined;

  constructor(name: string, databaseUrl: string) {
    this.#name = name;
    this.#databaseUrl = databaseUrl;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#port ||= await freePort();
    const main = join(root, 'packages', this.#name, 'src/main.ts');
    const env = {
      PORT: `${this.#port}`,
      DATABASE_URL: this.#databaseUrl,
      LOG_LEVEL: 'info',
    };
    this.#server = await startNodeServer(main, env);
  }

  async killAndRestart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async end(): Promise<void> {
    await this.#server?.program.end('SIGKILL');
  }
}
