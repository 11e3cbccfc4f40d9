import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, type OutsideProgram, outsidePrograms } from '@example/kit/toolchains';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { type Check, expectEqual, NotHereError, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import { urlsOf } from '../services.ts';
import { webOutput } from './consumer-output.ts';

/** The origin of the page. The services allow its calls. */
export const pageOrigin = 'http://localhost';

/**
 * Checks that bundle the same page with different bundlers. The page makes its calls in Chromium. Without Chromium the
 * bundle runs in Node, which is a failure in CI.
 */
export const browserCheck: Check = bundled('esbuild', [], async ({ folder }) => {
  const outfile = join(folder, 'bundle.js');
  await build({ absWorkingDir: folder, entryPoints: ['page.js'], outfile, bundle: true, minify: true });
  return outfile;
});

export const bundlerChecks: readonly Check[] = [
  bundled('webpack', ['webpack@5', 'webpack-cli'], async (project) => {
    await project.run('npx', '--no-install', 'webpack');
    return join(project.folder, 'bundle.js');
  }),
  bundled('Vite', ['vite'], async (project) => {
    await project.run('npx', '--no-install', 'vite', 'build');
    return join(project.folder, 'built/bundle.js');
  }),
];

/** @param bundle returns the path of a script */
function bundled(name: string, bundlers: readonly string[], bundle: (project: Project) => Promise<string>): Check {
  return {
    name: `a bundled web page, by ${name}`,
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'browser');
      const connect = pinned('@connectrpc/connect');
      const runtime = [pinned('@bufbuild/protobuf'), connect, connect.replace('connect@', 'connect-web@')];
      await npmInstall(project, rehearsal.release, [...runtime, ...bundlers]);
      const path = await bundle(project);
      const browser = findBrowser();
      const size = `${Math.round((await readFile(path)).length / 1024)} KiB`;
      if (browser) {
        const calls = await callInBrowser(rehearsal, browser, await readFile(path, 'utf8'));
        expectEqual(calls, webOutput(rehearsal.release.record), 'the output of the page');
        return `${size}, in Chromium`;
      }
      const code = `await import(process.argv[1]); console.log(await consume(...process.argv.slice(2)))`;
      const calls = await project.run('node', '--input-type=module', '-e', code, path, ...urlsOf(rehearsal));
      expectEqual(calls, webOutput(rehearsal.release.record), 'the output of the bundle');
      return `${size}, in Node: there is no Chromium here`;
    },
  };
}

/**
 * @returns the path of a browser; undefined when there is no browser
 * @throws {NotHereError} when there is no browser in CI
 */
export function findBrowser(
  program: OutsideProgram = outsidePrograms.chromium,
  { CI }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const browser = findProgram(program);
  if (!browser && CI) throw new NotHereError('there is no Chromium here');
  return browser;
}

async function callInBrowser(rehearsal: Rehearsal, executablePath: string, bundle: string): Promise<string> {
  // Without these options, Playwright would end this process on a signal before its children have ended.
  const handleNoSignal = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], ...handleNoSignal });
  try {
    const page = await browser.newPage({ permissions: ['local-network-access'] });
    await page.route(`${pageOrigin}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(`${pageOrigin}/`);
    await page.addScriptTag({ content: bundle });
    const args = urlsOf(rehearsal).map((url) => JSON.stringify(url));
    return await page.evaluate<string>(`consume(${args.join(', ')})`);
  } finally {
    await browser.close();
  }
}
