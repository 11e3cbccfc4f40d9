import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { nodeVariables } from './bundle-service.ts';

/** The time and memory of a service without calls. */
export interface Measured {
  /** The time from the start of the process to the first health check that reports SERVING, in milliseconds. */
  readonly servingMs: number;
  /** The resident memory two seconds later, in total and without files that processes share, in MB. */
  readonly residentMb: number;
  readonly ownMb: number;
}

const idleMs = 2_000;

/** Starts `node main.js` once, with an empty store. Resident memory can be measured only on Linux. */
export async function measureStart(main: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'measure-'));
  const started = performance.now();
  const child = spawn(process.execPath, [main], {
    env: { ...nodeVariables, PATH: process.env['PATH'], PORT: '0', DATABASE_URL: `sqlite:${folder}/measure.db` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url === undefined) continue;
      await serving(url);
      const servingMs = performance.now() - started;
      await setTimeout(idleMs);
      return { servingMs, ...residentMemory(child.pid) };
    }
    throw new Error(`${main} ended before it listened`);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
}

async function serving(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/grpc.health.v1.Health/Check`, { method: 'POST', headers, body: '{}' });
  const { status } = (await response.json()) as { status?: string };
  if (status !== 'SERVING') throw new Error(`health is ${status}`);
}

function residentMemory(pid: number | undefined): Pick<Measured, 'residentMb' | 'ownMb'> {
  const sizes = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(sizes)?.[1]) / 1024;
  return { residentMb: megabytes('VmRSS'), ownMb: megabytes('RssAnon') };
}
