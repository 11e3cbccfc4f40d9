import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '@example/kit/root';
import { run } from '@example/release';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { missingToolchain } from './missing-toolchain.ts';

const missing = missingToolchain();
const registries = ['verdaccio', 'pypi-server', 'module-proxy'];
const services = ['user-service', 'order-service'];

let folder: string;
let stop = () => false;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stopped-'));
});
afterEach(async () => {
  stop();
  await rm(folder, { recursive: true });
});

it.skipIf(missing).each([
  ['SIGINT', 'published', registries],
  ['SIGTERM', 'ok', [...registries, ...services]],
] as const)(
  'a rehearsal that receives %s after its first "%s" leaves no processes and no files',
  async (signal, word, servers) => {
    const args = ['--import', 'tsx', 'scripts/run.ts', 'release', 'rehearse', '--short'];
    const env = { ...process.env, TMPDIR: folder };
    const rehearsal = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    stop = () => rehearsal.kill('SIGKILL');
    const closed = once(rehearsal, 'close');
    const errors = rehearsal.stderr.setEncoding('utf8').toArray();
    const started = await new Promise<Server[]>((resolve, reject) => {
      const lines = createInterface({ input: rehearsal.stdout });
      lines.on('close', () => reject(new Error('the rehearsal has ended')));
      lines.on('line', (line) => {
        if (line.startsWith(word)) serversOf(rehearsal.pid).then(resolve, reject);
      });
    });
    // The signal goes to the whole group, as from a terminal, because npm may be running.
    process.kill(-(rehearsal.pid ?? 0), signal);
    const code = await closed;
    expect(started.map(({ name }) => name).sort()).toEqual([...servers].sort());
    const left = (await processes()).filter(({ pid }) => started.some((server) => server.pid === pid));
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    expect(left).toEqual([]);
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('rehearsal-'));
    expect(code).toEqual([130, null]);
    expect((await errors).join('')).toContain(`stopped by ${signal}`);
  },
  120_000,
);

interface Server {
  readonly pid: number;
  readonly name: string;
}

/** The servers that a process has started. */
async function serversOf(parent: number | undefined): Promise<Server[]> {
  const names = [...registries, ...services];
  return (await processes()).flatMap(({ pid, ppid, args }) => {
    const name = names.find((one) => args.includes(one));
    return ppid === parent && name ? [{ pid, name }] : [];
  });
}

async function processes(): Promise<{ pid: number; ppid: number; args: string }[]> {
  const lines = (await run('ps', ['-A', '-o', 'pid=,ppid=,args='], { cwd: folder })).trim().split('\n');
  return lines.map((line) => {
    const [pid, ppid, ...args] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), args: args.join(' ') };
  });
}
