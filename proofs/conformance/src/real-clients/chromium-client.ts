import { join } from 'node:path';
import { needProgram } from '@example/kit/toolchains';
import { chromium, type Page } from 'playwright-core';
import type { Check } from './checks.ts';
import * as json from './json-calls.ts';
import { type RunChecks, runEach, type Target } from './real-client.ts';

/** Opens a page of the server's origin in Chromium, and runs a script in the page while `use` runs. */
export async function withPage(
  executablePath: string,
  { url, signal }: Target,
  script: { readonly path: string } | { readonly content: string },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--ignore-certificate-errors'] });
  const end = () => browser.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    const page = await browser.newPage();
    await page.route(`${url}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(`${url}/`);
    await page.addScriptTag(script);
    await use(page);
  } finally {
    signal.removeEventListener('abort', end);
    await end();
  }
}

/** A page that makes calls of the Connect protocol with `fetch`. @throws {ToolchainMissingError} */
export async function prepareChromium(): Promise<RunChecks> {
  const executablePath = needProgram('chromium');
  const script = { path: join(import.meta.dirname, 'programs/chromium/page.js') };
  return (target, onResult) =>
    withPage(executablePath, target, script, async (page) => {
      const inPage: InPage = (name, ...args) =>
        page.evaluate(`${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
      await runEach((check) => checks[check.kind](inPage, check), target, onResult);
    });
}

/** A call of the page. */
interface PageCall {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly barrier?: number;
}

/** Calls a function of the page's script. @returns the bodies of the responses, in base64 */
type InPage = (name: 'makeCalls' | 'cancelCalls', call: PageCall, count: number) => Promise<string[]>;

const checks: Readonly<Record<Check['kind'], (inPage: InPage, check: Check) => Promise<void>>> = {
  async unary(inPage, check) {
    for (const body of await inPage('makeCalls', unary(check), check.count)) {
      json.expectUnary(check, `${decoded(body)}`);
    }
  },

  async messages(inPage, check) {
    const body = json.streamBody(check).toString('base64');
    const [response = ''] = await inPage('makeCalls', { path: json.duplexPath, type: json.streamType, body }, 1);
    json.expectStream(check, decoded(response));
  },

  async cancel(inPage, check) {
    const body = json.endlessBody().toString('base64');
    await inPage('cancelCalls', { path: json.outputPath, type: json.streamType, body }, check.count);
    await inPage('makeCalls', unary(check), 1);
  },
};

function unary(check: Check): PageCall {
  const body = Buffer.from(json.unaryBody(check)).toString('base64');
  return { path: json.unaryPath, type: json.unaryType, body, barrier: check.barrier };
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
