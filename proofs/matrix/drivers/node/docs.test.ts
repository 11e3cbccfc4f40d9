// Runs the code in the pages about JavaScript and TypeScript as programs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeServer, outputOf, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Each test starts three programs. */
const timeout = 60_000;

let folder: string;
let services: NodeServer[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  const start = (name: string) => {
    const env = { DATABASE_URL: `sqlite:${join(folder, name)}.db` };
    return startNodeServer(join(root, 'packages', name, 'src/main.ts'), env);
  };
  services = await Promise.all(['user-service', 'order-service'].map(start));
}, timeout);
afterEach(async () => {
  await Promise.all(services.map(({ program }) => program.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

/** Runs the pieces of code of a page, in their order, as one program. */
async function runPage(page: string, language: string, ...options: string[]): Promise<string> {
  const pieces = readFileSync(join(root, 'docs/guides', page), 'utf8').matchAll(
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'),
  );
  const input = [...pieces].map(([, piece]) => piece).join('');
  const [users, orders] = services.map(({ url }) => new URL(url)) as [URL, URL];
  const env = {
    PROTOS: join(root, 'proto'),
    USER_ADDRESS: users.host,
    ORDER_ADDRESS: orders.host,
    USERS_URL: users.href,
    ORDERS_URL: orders.href,
  };
  // The program resolves the packages of this package.
  const cwd = join(import.meta.dirname, '../..');
  return await outputOf(process.execPath, [...options, '-'], { cwd, env, input });
}

it('the code of javascript.md runs', { timeout }, async () => {
  expect(await runPage('javascript.md', 'js', '--input-type=module')).toBe(`got user: Aoife <aoife@example.com>
total: 0.3
listed: ORDER_STATUS_PENDING
uploaded: 500500 pieces, total 50050
heard: 1. When does my order leave?
NOT_FOUND: USER_NOT_FOUND 9007199254740993
`);
});

it('the code of typescript.md runs', { timeout }, async () => {
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
