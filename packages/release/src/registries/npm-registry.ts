import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@example/rpc-server/testing';
import { run } from '../run.ts';
import { startProcess } from './process.ts';
import type { Registry } from './registry.ts';

const project = join(import.meta.dirname, '../../npm-registry');

let installing: Promise<string> | undefined;

async function install(): Promise<void> {
  installing ??= run('pnpm', ['install', '--frozen-lockfile', '--silent'], { cwd: project });
  await installing;
}

/**
 * Starts Verdaccio, which knows the packages of `@example` and no others, and which everyone may publish to.
 *
 * @param folder for its files
 */
export async function startNpmRegistry(folder: string): Promise<Registry> {
  await install();
  const port = await freePort();
  const config = join(folder, 'verdaccio.json');
  await writeFile(config, JSON.stringify(configOf(folder)));
  const { close } = await startProcess({
    program: process.execPath,
    args: [join(project, 'node_modules/verdaccio/bin/verdaccio'), '--config', config, '--listen', `127.0.0.1:${port}`],
    cwd: folder,
    listening: 'http address',
  });
  const url = `http://127.0.0.1:${port}/`;
  return { url, env: npmEnvironment(url), close };
}

function configOf(folder: string): object {
  const everyone = { access: '$all', publish: '$all', unpublish: '$all' };
  return {
    storage: join(folder, 'packages'),
    uplinks: {},
    packages: { '@example/*': everyone },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'json', level: 'warn' },
  };
}

/** Has npm and pnpm take the packages of `@example` from a registry, and publish them there. */
export function npmEnvironment(url: string): NodeJS.ProcessEnv {
  return {
    'npm_config_@example:registry': url,
    [`npm_config_//${new URL(url).host}/:_authToken`]: 'anyone',
  };
}
