import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { names } from '@example/kit/names';
import { run } from '@example/release';
import { startOnFreePort } from './process.ts';
import type { Registry } from './registry.ts';

/** An npm registry, and the token of a user. */
export interface NpmRegistry extends Registry {
  readonly token: string;
}

const project = join(import.meta.dirname, '../../npm-registry');
const lockfile = join(project, 'pnpm-lock.yaml');
/** A copy of the lockfile from which Verdaccio was installed. */
const installed = join(project, 'node_modules/.installed-lock.yaml');
const installTimeoutMs = 600_000;

/** Verdaccio logs too early that it listens. A login is therefore retried for up to a minute. */
const mostTries = 1_200;
const triedAgainAfterMs = 50;

/** Installs Verdaccio if it is missing. Concurrent processes wait for each other. */
async function install(): Promise<void> {
  if (isInstalled()) return;
  const lock = new DatabaseSync(join(project, '.install.lock'), { timeout: installTimeoutMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    if (isInstalled()) return;
    await run('pnpm', ['install', '--frozen-lockfile', '--silent'], { cwd: project });
    copyFileSync(lockfile, installed);
  } finally {
    lock.close();
  }
}

function isInstalled(): boolean {
  return existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lockfile, 'utf8');
}

/**
 * Starts Verdaccio with packages of `@example` only. Every authenticated user may publish.
 *
 * @param folder for its files
 */
export async function startNpmRegistry(folder: string): Promise<NpmRegistry> {
  await install();
  const config = join(folder, 'verdaccio.json');
  await writeFile(config, JSON.stringify(configOf(folder)));
  const verdaccio = join(project, 'node_modules/verdaccio/bin/verdaccio');
  const { port, close } = await startOnFreePort((port) => ({
    program: process.execPath,
    args: [verdaccio, '--config', config, '--listen', `127.0.0.1:${port}`],
    cwd: folder,
    listening: 'http address',
  }));
  const url = `http://127.0.0.1:${port}/`;
  try {
    const token = await logIn(url);
    return { url, env: npmEnvironment(url, token), token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Logs in as `npm login` does. @returns a token */
async function logIn(url: string): Promise<string> {
  const response = await fetchWhenListening(`${url}-/user/org.couchdb.user:releaser`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'releaser', password: 'anything' }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (!token) throw new Error(`the npm registry refuses a login: ${response.status}`);
  return token;
}

async function fetchWhenListening(url: string, request: RequestInit): Promise<Response> {
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

/** Configures npm and pnpm to install packages of `@example` from a registry, and to publish them there. */
export function npmEnvironment(url: string, token: string): NodeJS.ProcessEnv {
  return {
    [`npm_config_${names.npmScope}:registry`]: url,
    [`npm_config_//${new URL(url).host}/:_authToken`]: token,
  };
}
