import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { noBrowser, openBrowser, openPage } from './browser.ts';
import { startService } from './services.ts';

/** The TypeScript of the guide, as one script. */
function guideScript(): string {
  const guide = readFileSync(join(root, 'docs/guides/browser.md'), 'utf8');
  return [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code).join('\n');
}

it.skipIf(noBrowser)('prints the output in docs/guides/browser.md', async () => {
  // Playwright responds to requests for the page itself, so that no server has to listen here.
  const origin = `http://localhost:${await freePort()}`;
  await using users = await startService('user-service', origin);
  await using orders = await startService('order-service', origin);
  const contents = guideScript()
    .replace('http://localhost:9000', users.url)
    .replace('http://localhost:50051', orders.url);
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const browser = await openBrowser();
  try {
    const { page, problems } = await openPage(browser);
    const printed: string[] = [];
    page.on('console', (message) => message.type() === 'log' && printed.push(message.text()));
    const html = '<!doctype html><script type="module" src="/guide.js"></script>';
    await page.route('**/guide', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    const script = outputFiles[0]?.text ?? '';
    await page.route('**/guide.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await page.goto(`${origin}/guide`);
    await expect.poll(() => printed.at(-1)).toMatch(/^NotFound/);
    expect(printed).toEqual([
      'got user: Aoife <aoife@example.com>',
      'listed: 0.3 PENDING',
      'user.name must have 1 to 200 characters and no control characters',
      'user.email must be an address such as aoife@example.com of at most 254 characters',
      'NotFound: USER_NOT_FOUND',
    ]);
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
