import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, nodeArgs, Program } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { noBrowser, openBrowser, openPage } from './browser.ts';

it.skipIf(noBrowser)('is served by pnpm dev, with accounts to sign in with', async () => {
  const data = mkdtempSync(join(tmpdir(), 'browser-dev-'));
  const ports = { '--user-port': await freePort(), '--order-port': await freePort(), '--page-port': await freePort() };
  const args = Object.entries(ports).flatMap(([option, port]) => [option, `${port}`]);
  const command = [...nodeArgs(join(root, 'scripts/run.ts')), 'dev', '--tokens', '--data', data, ...args];
  const dev = new Program(process.execPath, command, { isEnvClean: true });
  const browser = await openBrowser();
  try {
    await dev.waitForLine((line) => line.includes('Ctrl-C stops all') || undefined);
    const { page, problems } = await openPage(browser);
    // The first load takes long, because Vite bundles the libraries first.
    await page.goto(`http://localhost:${ports['--page-port']}`, { timeout: 60_000 });
    await page.getByRole('alert').getByRole('button', { name: 'Sign in' }).click({ timeout: 60_000 });
    await page.getByRole('button', { name: /^Developer/ }).click();
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    await dev.end('SIGINT', 20_000);
    rmSync(data, { recursive: true });
  }
});
