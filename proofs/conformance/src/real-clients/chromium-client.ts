import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { chromium } from 'playwright-core';
import type { Check } from './checks.ts';
import * as json from './json-calls.ts';
import { playEach } from './play-each.ts';
import type { Play } from './real-client.ts';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const script = join(import.meta.dirname, 'programs/chromium/page.js');

/** A call of the page. */
interface PageCall {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly gather?: number;
}

/** A page that makes calls of the Connect protocol with what a browser has. @throws {ToolchainMissingError} */
export async function prepareChromium(): Promise<Play> {
  const executablePath = browsers.find((path) => existsSync(path));
  if (executablePath === undefined) throw new ToolchainMissingError('install Chromium');
  return async (server, onPlayed) => {
    const { url, signal } = server;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--ignore-certificate-errors'] });
    const end = () => browser.close();
    signal.addEventListener('abort', end, { once: true });
    try {
      const page = await browser.newPage();
      await page.route(`${url}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
      await page.goto(`${url}/`);
      await page.addScriptTag({ path: script });
      const inPage = (name: string, ...args: readonly unknown[]) =>
        page.evaluate<string[]>(`${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
      await playEach(server, onPlayed, (check) => plays[check.kind](inPage, check));
    } finally {
      signal.removeEventListener('abort', end);
      await end();
    }
  };
}

/** Calls a function of the page's script. @returns the bodies of the answers, in base64 */
type InPage = (name: 'makeCalls' | 'cancelCalls', call: PageCall, count: number) => Promise<string[]>;

const plays: Readonly<Record<Check['kind'], (inPage: InPage, check: Check) => Promise<void>>> = {
  async unary(inPage, check) {
    for (const body of await inPage('makeCalls', unary(check), check.count))
      json.expectUnary(check, `${decoded(body)}`);
  },

  async messages(inPage, check) {
    const body = json.streamBody(check).toString('base64');
    const [answer = ''] = await inPage('makeCalls', { path: json.duplexPath, type: json.streamType, body }, 1);
    json.expectStream(check, decoded(answer));
  },

  async cancel(inPage, check) {
    const body = json.endlessBody().toString('base64');
    await inPage('cancelCalls', { path: json.outputPath, type: json.streamType, body }, check.count);
    await inPage('makeCalls', unary(check), 1);
  },
};

function unary(check: Check): PageCall {
  const body = Buffer.from(json.unaryBody(check)).toString('base64');
  return { path: json.unaryPath, type: json.unaryType, body, gather: check.gather };
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
