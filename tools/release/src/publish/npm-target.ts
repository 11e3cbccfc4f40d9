import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { ReleaseError } from '../release-error.ts';
import { type RunOptions, run, runForBoth } from '../run.ts';
import { compareVersions } from '../versions.ts';
import { ConflictError, type Target, type TargetOptions } from './registry-target.ts';

/** The npm registry. Its address, the credentials and the provenance come from npm's environment and .npmrc. */
export function npmTarget({ folder, version, timeoutMs }: TargetOptions): Target {
  const file = join(folder, tarballOf(names.npmPackage, version));
  const options = { cwd: folder, timeoutMs };
  return {
    name: 'npm',
    what: `${names.npmPackage}@${version}`,
    async isPublished() {
      const published = await view(`${names.npmPackage}@${version}`, 'dist.integrity', options);
      if (published === undefined) return false;
      const digest = createHash('sha512').update(await readFile(file));
      const ours = `sha512-${digest.digest('base64')}`;
      if (published === ours) return true;
      throw new ConflictError(`${names.npmPackage}@${version} is ${published} there, and ${ours} here`);
    },
    checkAccess: async () => await checkAccess(file, options),
    async publish() {
      const distTag = await distTagOf(version, options);
      await run('npm', ['publish', file, '--access', 'public', '--tag', distTag, '--loglevel', 'error'], options);
    },
  };
}

/** @throws {ReleaseError} when npm has no credentials, or the registry rejects them */
async function checkAccess(file: string, options: RunOptions): Promise<void> {
  // With trusted publishing npm has a token only while it publishes. A dry run also requests one.
  if (process.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    const args = ['publish', file, '--dry-run', '--tag', 'next', '--loglevel', 'warn'];
    const { stderr } = await runForBoth('npm', args, options);
    if (!stderr.includes('requires you to be logged in')) return;
    throw new ReleaseError(
      `the registry does not trust this workflow: make it the trusted publisher of ${names.npmPackage} (docs/reference/versions.md)`,
      [],
    );
  }
  try {
    await run('npm', ['whoami', ...(await registryArgs(options)), '--loglevel', 'error'], options);
  } catch (error) {
    const { message } = error as Error;
    if (!/ENEEDAUTH|E401|E403/.test(message)) throw error;
    throw new ReleaseError(`run \`npm login\`, or give npm a valid token. ${message}`, []);
  }
}

/** Names the registry of our scope, because `npm whoami` ignores the registries of scopes. */
async function registryArgs(options: RunOptions): Promise<string[]> {
  const registry = (await run('npm', ['config', 'get', `${names.npmScope}:registry`], options)).trim();
  return registry === 'undefined' ? [] : ['--registry', registry];
}

/** The dist-tag for a version. `latest` never moves back to a fix of an earlier version. */
async function distTagOf(version: string, options: RunOptions): Promise<string> {
  if (version.includes('-')) return 'next';
  const latest = await view(names.npmPackage, 'dist-tags.latest', options);
  const isLatest = latest === undefined || compareVersions(latest, version) <= 0;
  return isLatest ? 'latest' : `release-${version.split('.').slice(0, 2).join('.')}`;
}

/** @returns undefined when the registry does not have the version */
async function view(what: string, field: string, options: RunOptions): Promise<string | undefined> {
  // Uses an empty cache. With a filled cache, npm would succeed even when the registry is down.
  const cache = await mkdtemp(join(tmpdir(), 'npm-cache-'));
  const args = ['view', what, field, '--json', '--loglevel', 'error', '--cache', cache];
  try {
    const output = await run('npm', args, options);
    return output.trim() === '' ? undefined : (JSON.parse(output) as string);
  } catch (error) {
    if ((error as Error).message.includes('E404')) return undefined;
    throw error;
  } finally {
    await rm(cache, { recursive: true });
  }
}
