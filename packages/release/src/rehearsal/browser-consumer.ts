import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { urls } from './addresses.ts';
import { expectEqual, webCalls } from './expect-output.ts';
import { npmInstall } from './npm-project.ts';
import { pinned } from './pinned.ts';
import { type Check, NotHereError, newProject, type Rehearsal } from './rehearsal.ts';

/** Of the page, which the services let call. */
export const pageOrigin = 'http://localhost';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A page that is bundled, and makes its calls in a browser; where there is none, in Node, which is not enough in CI. */
export const browserCheck: Check = {
  name: 'a bundled web page, by esbuild',
  async show(rehearsal) {
    const project = await newProject(rehearsal, 'browser');
    const connect = pinned('@connectrpc/connect');
    const runtime = [pinned('@bufbuild/protobuf'), connect, connect.replace('connect@', 'connect-web@')];
    await npmInstall(project, rehearsal.release, runtime);
    const bundle = join(project.folder, 'bundle.js');
    await build({
      absWorkingDir: project.folder,
      entryPoints: ['page.js'],
      outfile: bundle,
      bundle: true,
      minify: true,
    });
    const browser = findBrowser();
    const size = `${Math.round((await readFile(bundle)).length / 1024)} KiB`;
    if (browser) {
      const calls = await callInBrowser(rehearsal, browser, await readFile(bundle, 'utf8'));
      expectEqual(calls, webCalls(rehearsal.release.record), 'what the page says');
      return `${size}, in Chromium`;
    }
    const code = `await import('./bundle.js'); console.log(await consume(...process.argv.slice(1)))`;
    const calls = await project.run('node', '--input-type=module', '-e', code, ...urls(rehearsal));
    expectEqual(calls, webCalls(rehearsal.release.record), 'what the bundle says');
    return `${size}, in Node: there is no Chromium here`;
  },
};

/**
 * @returns its path; nothing where there is none
 * @throws {NotHereError} where there is none, and CI wants one
 */
export function findBrowser(candidates = browsers, { CI }: NodeJS.ProcessEnv = process.env): string | undefined {
  const browser = candidates.find((path) => existsSync(path));
  if (!browser && CI) throw new NotHereError('there is no Chromium here');
  return browser;
}

async function callInBrowser(rehearsal: Rehearsal, executablePath: string, bundle: string): Promise<string> {
  // Else a signal would end this process before what it has started.
  const handleNoSignal = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], ...handleNoSignal });
  try {
    const page = await browser.newPage({ permissions: ['local-network-access'] });
    await page.route(`${pageOrigin}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(`${pageOrigin}/`);
    await page.addScriptTag({ content: bundle });
    const args = urls(rehearsal).map((url) => JSON.stringify(url));
    return await page.evaluate<string>(`consume(${args.join(', ')})`);
  } finally {
    await browser.close();
  }
}
