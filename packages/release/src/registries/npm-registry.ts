import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@example/rpc-server/testing';
import { run } from '../run.ts';
import { startProcess } from './process.ts';
import type { Registry } from './registry.ts';

/** An npm registry, and somebody who is logged in there. */
export interface NpmRegistry extends Registry {
  readonly token: string;
}

const project = join(import.meta.dirname, '../../npm-registry');

const mostTries = 100;
const triedAgainAfterMs = 50;

let installing: Promise<string> | undefined;

async function install(): Promise<void> {
  installing ??= run('pnpm', ['install', '--frozen-lockfile', '--silent'], { cwd: project });
  await installing;
}

/**
 * Starts Verdaccio, which knows the packages of `@example` and no others, and which whoever is logged in may publish to.
 *
 * @param folder for its files
 */
export async function startNpmRegistry(folder: string): Promise<NpmRegistry> {
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
  try {
    const token = await logIn(url);
    return { url, env: npmEnvironment(url, token), token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As `npm login` does. @returns a token */
async function logIn(url: string): Promise<string> {
  const answer = await askWhenListening(`${url}-/user/org.couchdb.user:releaser`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'releaser', password: 'anything' }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (!token) throw new Error(`the npm registry lets nobody log in: ${answer.status}`);
  return token;
}

/** Verdaccio says that it listens a moment before it does. */
async function askWhenListening(url: string, request: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(url, request);
    } catch (error) {
      if (tries === mostTries) throw error;
      await setTimeout(triedAgainAfterMs);
    }
  }
}

function configOf(folder: string): object {
  const rights = { access: '$all', publish: '$authenticated', unpublish: '$authenticated' };
  return {
    storage: join(folder, 'packages'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '@example/*': rights },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'json', level: 'warn' },
  };
}

/** Has npm and pnpm take the packages of `@example` from a registry, and publish them there. */
export function npmEnvironment(url: string, token: string): NodeJS.ProcessEnv {
  return {
    'npm_config_@example:registry': url,
    [`npm_config_//${new URL(url).host}/:_authToken`]: token,
  };
}
