import { installEnvoy } from '@example/kit/envoy';
import { needProgram, skipReason } from '@example/kit/toolchains';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Why the tests of this package are skipped; undefined when Chromium is there. */
export const noBrowser = await skipReason(() => needProgram('chromium'));

/** Why the calls through Envoy are skipped; undefined when Envoy is there. */
export const noEnvoy = await skipReason(installEnvoy);

/** The choices of the page's switch that can be tested here. */
export const transportLabels: readonly string[] = ['Connect', 'gRPC-Web', ...(noEnvoy === undefined ? ['Envoy'] : [])];

export function openBrowser(): Promise<Browser> {
  // Without the second argument Chromium connects to its maker's servers.
  const args = ['--no-sandbox', '--disable-background-networking'];
  return chromium.launch({ executablePath: needProgram('chromium'), args });
}

/** A page in a profile of its own. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, and what the content security policy refused. */
  readonly problems: readonly string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  // Chromium asks whether a page may call this machine.
  const context = await browser.newContext({ permissions: ['local-network-access'], locale: 'en-IE', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    // Chromium reports responses with an error status there, too.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isStatus) problems.push(message.text());
  });
  return { page, problems };
}
