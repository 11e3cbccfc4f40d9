import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const calls = 'pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
const missing = whyNoStrace();

/** Why there is none, for the test to say; undefined when there is one. In CI a missing one is an error. */
function whyNoStrace(): string | undefined {
  if (spawnSync('strace', ['-V']).status === 0) return undefined;
  const why = 'no strace: install it to see the system calls';
  if (process.env['CI']) throw new Error(why);
  return why;
}

it.skipIf(missing)(missing ?? 'the system is asked to sync what was written before the answer is sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sync-'));
  const trace = join(folder, 'trace');
  const main = join(import.meta.dirname, '../../user-service/src/main.ts');
  const strace = ['-f', '-y', '-s', '4096', '-o', trace, '-e', `trace=${calls}`];
  const service = spawn('strace', [...strace, process.execPath, '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATABASE_URL: `sqlite:${folder}/user.db` },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: service.stdout })) {
    ({ url } = JSON.parse(line) as { url?: string });
    if (url !== undefined) break;
  }
  service.stdout.resume();
  const name = `traced ${crypto.randomUUID()}`;
  const response = await fetch(`${url}/user.v1.UserService/CreateUser`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, email: 'traced@example.com' }),
  });
  expect(await response.json()).toMatchObject({ name });
  const exited = once(service, 'exit');
  process.kill(-(service.pid ?? 0), 'SIGKILL');
  await exited;

  const lines = readFileSync(trace, 'utf8').split('\n');
  const written = lines.findIndex(
    (line) => line.includes('pwrite64(') && line.includes('user.db-wal>') && line.includes(name),
  );
  const synced = lines.findIndex((line, i) => i > written && /f(?:data)?sync\(\d+<.*user\.db-wal>/.test(line));
  const answered = lines.findIndex(
    (line) => /(?:write|writev|sendto|sendmsg)\(\d+<(?:socket|TCP)/.test(line) && line.includes(name),
  );
  rmSync(folder, { recursive: true });
  expect(written).toBeGreaterThan(0);
  expect(synced).toBeGreaterThan(written);
  expect(answered).toBeGreaterThan(synced);
});
