import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions } from '../release/compare-versions.ts';
import { ReleaseError } from '../release/release-error.ts';
import { type RunOptions, run, runForBoth } from '../run.ts';
import { ConflictError, type Target, type TargetOptions } from './registry-target.ts';

/** npm, whose registry and credentials, and whether there is a provenance, come from its own environment and .npmrc. */
export function npmTarget({ folder, version, timeoutMs }: TargetOptions): Target {
  const file = join(folder, `example-protos-${version}.tgz`);
  return {
    name: 'npm',
    what: `@example/protos@${version}`,
    async isPublished() {
      const published = await view(`@example/protos@${version}`, 'dist.integrity', { cwd: folder, timeoutMs });
      if (published === undefined) return false;
      const ours = `sha512-${createHash('sha512')
        .update(await readFile(file))
        .digest('base64')}`;
      if (published !== ours)
        throw new ConflictError(`@example/protos@${version} is ${published} there, and ${ours} here`);
      return true;
    },
    checkAccess: async () => await checkAccess(file, { cwd: folder, timeoutMs }),
    async publish() {
      const distTag = await distTagOf(version, { cwd: folder, timeoutMs });
      const args = ['publish', file, '--access', 'public', '--tag', distTag, '--loglevel', 'error'];
      await run('npm', args, { cwd: folder, timeoutMs });
    },
  };
}

/** @throws {ReleaseError} when npm has no credentials, or the registry does not know them */
async function checkAccess(file: string, options: RunOptions): Promise<void> {
  // Trusted publishing: npm has its token only while it publishes, and exchanges it in a dry run too.
  if (process.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    const args = ['publish', file, '--dry-run', '--tag', 'next', '--loglevel', 'warn'];
    const { stderr } = await runForBoth('npm', args, options);
    if (!stderr.includes('requires you to be logged in')) return;
    throw new ReleaseError(
      'the registry does not trust this workflow: make it the trusted publisher of @example/protos (docs/reference/versions.md)',
      [],
    );
  }
  try {
    await run('npm', ['whoami', ...(await registryArgs(options)), '--loglevel', 'error'], options);
  } catch (error) {
    const { message } = error as Error;
    if (!/ENEEDAUTH|E401|E403/.test(message)) throw error;
    throw new ReleaseError(`run \`npm login\`, or give npm a token that is valid. ${message}`, []);
  }
}

/** `npm whoami` knows nothing of the registries of scopes. */
async function registryArgs(options: RunOptions): Promise<string[]> {
  const registry = (await run('npm', ['config', 'get', '@example:registry'], options)).trim();
  return registry === 'undefined' ? [] : ['--registry', registry];
}

/** A fix of an earlier version does not become what people get who ask for none. */
async function distTagOf(version: string, options: RunOptions): Promise<string> {
  if (version.includes('-')) return 'next';
  const latest = await view('@example/protos', 'dist-tags.latest', options);
  const isLatest = latest === undefined || compareVersions(latest, version) <= 0;
  return isLatest ? 'latest' : `release-${version.split('.').slice(0, 2).join('.')}`;
}

/** @returns nothing where the registry has none */
async function view(what: string, field: string, options: RunOptions): Promise<string | undefined> {
  // From its cache npm would answer for a registry that is down.
  const cache = await mkdtemp(join(tmpdir(), 'npm-cache-'));
  const args = ['view', what, field, '--json', '--loglevel', 'error', '--cache', cache];
  try {
    const answer = await run('npm', args, options);
    return answer.trim() === '' ? undefined : (JSON.parse(answer) as string);
  } catch (error) {
    if ((error as Error).message.includes('E404')) return undefined;
    throw error;
  } finally {
    await rm(cache, { recursive: true });
  }
}
