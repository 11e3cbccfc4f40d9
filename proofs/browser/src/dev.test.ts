import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, nodeArgs, Program } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { createTokenIssuer } from '@example/kit/token-issuer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, noEnvoy, openBrowser, openPage, visitPage } from './browser.ts';

describe.skipIf(noBrowser)('the page of pnpm dev --secure', () => {
  let data: string;
  let dev: Program;
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  let origin: string;
  let referencePort: number;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'browser-dev-'));
    const pagePort = await freePort();
    referencePort = await freePort();
    const ports = {
      '--user-port': await freePort(),
      '--order-port': await freePort(),
      '--page-port': pagePort,
      '--reference-port': referencePort,
      ...(!noEnvoy && { '--envoy-port': await freePort() }),
    };
    const args = Object.entries(ports).flatMap(([option, port]) => [option, `${port}`]);
    const options = ['--secure', ...(noEnvoy ? [] : ['--envoy']), '--data', data, ...args];
    dev = new Program(process.execPath, [...nodeArgs(join(root, 'scripts/run.ts')), 'dev', ...options], {
      isEnvClean: true,
    });
    await dev.waitForLine((line) => line.includes('Ctrl-C stops all') || undefined);
    browser = await openBrowser(spkiHash(readFileSync(join(data, 'secure/cert.pem'))));
    ({ page, problems } = await openPage(browser));
    origin = `https://localhost:${pagePort}`;
    // The first load takes long, because Vite bundles the libraries first.
    await page.goto(origin, { timeout: 60_000 });
    await page.getByRole('alert').waitFor({ timeout: 60_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await dev?.end('SIGINT', 20_000);
    rmSync(data, { recursive: true });
  });

  const banner = () => page.getByRole('banner');
  const dialog = () => page.getByRole('dialog');
  async function signInAs(name: RegExp): Promise<void> {
    await banner().getByRole('button', { name: 'Sign in' }).click();
    await dialog().getByRole('button', { name }).click();
  }
  async function signOut(name: string): Promise<void> {
    await banner()
      .getByRole('button', { name: `Signed in as ${name}` })
      .click();
    await dialog().getByRole('button', { name: 'Sign out' }).click();
  }

  it('asks to sign in, and then continues on the same page', async () => {
    await visitPage(page, origin, '/users');
    await page.getByRole('alert').getByText('Sign in to continue').waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Access token').fill('no token');
    await dialog().getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('This is not a JSON Web Token').waitFor();
    const stranger = await createTokenIssuer('https://localhost', 'pnpm dev');
    await page.getByLabel('Access token').fill(await stranger.issue({ subject: 'stranger', scopes: ['admin'] }));
    await dialog().getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').getByText('Sign in to continue').waitFor();
    await signOut('stranger');
    await signInAs(/^Developer/);
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await signOut('developer');
    await page.getByRole('alert').getByText('Sign in to continue').waitFor();
    expect(problems).toEqual([]);
  });

  it('explains which scope the token lacks', async () => {
    await visitPage(page, origin, '/users/usr-2');
    await signInAs(/^Aoife/);
    await page.getByLabel('Name').fill('Not mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('You are not allowed to do this').waitFor();
    await visitPage(page, origin, '/customers/usr-2');
    await page.getByRole('alert').getByText('You are not allowed to do this').waitFor();
    await visitPage(page, origin, '/customers/usr-1');
    await page.getByText('No orders yet').waitFor();
    await signOut('usr-1');
    expect(problems).toEqual([]);
  });

  it.skipIf(noEnvoy)('passes the token through Envoy', async () => {
    await page.getByText('Envoy', { exact: true }).click();
    await visitPage(page, origin, '/customers/usr-1');
    await page.getByRole('alert').getByText('Sign in to continue').waitFor();
    await signInAs(/^Aoife/);
    await page.getByText('No orders yet').waitFor();
    expect(problems).toEqual([]);
  });

  it('has an API reference beside it that makes calls, and from which calls are copied as curl', async () => {
    const permissions = ['local-network-access', 'clipboard-read'];
    const { page: reference } = await openPage(browser, { permissions });
    await reference.goto(`http://localhost:${referencePort}/#tag/userv1userservice/POST/user.v1.UserService/GetUser`);
    const test = reference.getByRole('button', { name: /Test Request.*post .user\.v1\.UserService.GetUser/ });
    const section = reference.locator('section').filter({ has: test });
    await section.getByRole('button', { name: 'Copy cURL code' }).click();
    const curl: string = await reference.evaluate('navigator.clipboard.readText()');
    const accounts: { token: string }[] = await page.evaluate("fetch('dev-accounts.json').then((all) => all.json())");
    const options = `--silent --cacert ${join(data, 'secure/ca.pem')} -H 'authorization: Bearer ${accounts[0]?.token}'`;
    expect(execFileSync('sh', ['-c', `${curl} ${options}`], { encoding: 'utf8' })).toContain('"name":"Aoife"');
    await test.click();
    await reference.getByRole('button', { name: /^Send Request/ }).click();
    await reference.getByText(/^401/).first().waitFor();
  });
});

/** The hash of a certificate's public key, by which Chromium can be started to trust the certificate. */
function spkiHash(certificate: Buffer): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}
