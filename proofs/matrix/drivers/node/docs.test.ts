import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
let folder: string;
let services: ServiceProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  services = await Promise.all(
    ['user-service', 'order-service'].map((name) =>
      startProcess(join(root, 'packages', name, 'src/main.ts'), {
        DATABASE_URL: `sqlite:${join(folder, name)}.db`,
      }),
    ),
  );
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

/** Runs the pieces of a page, in their order, as one program. */
async function runPage(page: string, language: string, ...options: string[]): Promise<string> {
  const pieces = readFileSync(join(root, 'docs/guides', page), 'utf8').matchAll(
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'),
  );
  const program = [...pieces].map(([, piece]) => piece).join('');
  const [users, orders] = services.map(({ url }) => new URL(url));
  const child = spawn(process.execPath, [...options, '-'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: process.env['PATH'],
      PROTOS: join(root, 'proto'),
      USER_ADDRESS: users?.host,
      ORDER_ADDRESS: orders?.host,
      USERS_URL: users?.href,
      ORDERS_URL: orders?.href,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(program);
  return await text(child.stdout);
}

it('javascript.md', async () => {
  expect(await runPage('javascript.md', 'js', '--input-type=module')).toBe(`got user: Aoife <aoife@example.com>
total: 0.3
listed: ORDER_STATUS_PENDING
uploaded: 500500 pieces, total 50050
heard: 1. When does my order leave?
NOT_FOUND: USER_NOT_FOUND 9007199254740993
`);
});

it('typescript.md', async () => {
  expect(
    await runPage('typescript.md', 'ts', '--import', 'tsx', '--input-type=module-typescript'),
  ).toBe(`got user: Aoife <aoife@example.com>
total: 0.3, true
listed: PENDING
uploaded: 500500 pieces, total 50050
heard: 1. When does my order leave?
NotFound: USER_NOT_FOUND 9007199254740993
`);
});
