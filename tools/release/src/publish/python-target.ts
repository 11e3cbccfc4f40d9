import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { names } from '@example/kit/names';
import { pythonFiles } from '../artefacts/pack.ts';
import { pythonTools } from '../python-tools.ts';
import { ReleaseError } from '../release-error.ts';
import { type RunOptions, run, runForBoth } from '../run.ts';
import { ConflictError, type Target, type TargetOptions } from './registry-target.ts';

/**
 * PyPI, through uv. The index and the credentials come from uv's environment: UV_PUBLISH_URL, UV_PUBLISH_CHECK_URL and
 * UV_PUBLISH_TOKEN, or trusted publishing.
 */
export function pythonTarget({ folder, version, timeoutMs }: TargetOptions): Target {
  const files = pythonFiles(version).map((file) => join(folder, file));
  const uv = pythonTools().program('uv');
  const options = { cwd: folder, timeoutMs };
  return {
    name: 'python',
    what: `${names.pythonPackage} ${pythonVersion(version)}`,
    async isPublished() {
      const output = await dryRun(uv, files, options);
      return files.length === output.split('already exists').length - 1;
    },
    async checkAccess() {
      if (hasCredentials(process.env)) return;
      throw new ReleaseError('set UV_PUBLISH_TOKEN: uv has no credentials', []);
    },
    // uv skips files that the index already has.
    async publish() {
      await run(uv, ['publish', '--no-progress', ...files], options);
    },
  };
}

/** Whether uv would find credentials: https://docs.astral.sh/uv/guides/package/#publishing-your-package */
function hasCredentials(env: NodeJS.ProcessEnv): boolean {
  const { username, password } = new URL(env['UV_PUBLISH_URL'] || 'https://example.org/');
  const names = ['UV_PUBLISH_TOKEN', 'UV_PUBLISH_PASSWORD', 'UV_KEYRING_PROVIDER', 'ACTIONS_ID_TOKEN_REQUEST_URL'];
  return [username, password, ...names.map((name) => env[name])].some(Boolean);
}

/** Runs uv without uploading. uv then compares the files with the files in the index. */
async function dryRun(uv: string, files: readonly string[], options: RunOptions): Promise<string> {
  if (!process.env['UV_PUBLISH_CHECK_URL']) {
    throw new ReleaseError(
      'set UV_PUBLISH_CHECK_URL, the simple index of the registry that uv uploads to: uv compares the files with it',
      [],
    );
  }
  try {
    return (await runForBoth(uv, ['publish', '--dry-run', '--no-progress', ...files], options)).stderr;
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('do not match')) throw new ConflictError(message);
    throw error;
  }
}
