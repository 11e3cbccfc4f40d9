import { installEnvoy } from '@example/kit/envoy';
import { needProgram, skipReason } from '@example/kit/toolchains';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The reason to skip the tests of this package; undefined when Chromium is installed. */
export const noBrowser = await skipReason(() => needProgram('chromium'));

/** The reason to skip the calls through Envoy; undefined when Envoy is installed. */
export const noEnvoy = await skipReason(installEnvoy);

/** The choices of the page's transport switch that can be tested on this machine. */
export const transportLabels: readonly string[] = ['Connect', 'gRPC-Web', ...(noEnvoy === undefined ? ['Envoy'] : [])];

/** @param trustedKey the SHA-256 hash in base64 of the public key of a certificate that Chromium trusts */
export function openBrowser(trustedKey?: string): Promise<Browser> {
  // Without the second argument, Chromium connects to servers of its vendor.
  const args = ['--no-sandbox', '--disable-background-networking'];
  if (trustedKey !== undefined) args.push(`--ignore-certificate-errors-spki-list=${trustedKey}`);
  return chromium.launch({ executablePath: needProgram('chromium'), args });
}

/** A page in its own profile. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, and violations of the content security policy. */
  readonly problems: readonly string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  // Without this permission, Chromium asks the user whether a page may call this machine.
  const context = await browser.newContext({ permissions: ['local-network-access'], locale: 'en-IE', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    // Chromium also reports responses with an error status as console errors.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isStatus) problems.push(message.text());
  });
  return { page, problems };
}

/**
 * Opens a path of the page. A page that is already open renders the path without being reloaded, because only the
 * fragment of its URL changes.
 */
export async function visitPage(page: Page, origin: string, path: string): Promise<void> {
  await page.goto(`${origin}/#/nowhere`);
  await page.goto(`${origin}/#${path}`);
}
