import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonVersion } from '@example/check';
import { pythonTools } from '../python-tools.ts';
import { ReleaseError } from '../release/release-error.ts';
import { run } from '../run.ts';
import { ConflictError, type Target, type TargetOptions } from './registry-target.ts';

/**
 * PyPI, by uv, whose index and credentials come from its own environment: UV_PUBLISH_URL, UV_PUBLISH_CHECK_URL and UV_PUBLISH_TOKEN,
 * or trusted publishing.
 */
export function pythonTarget({ folder, version, timeoutMs }: TargetOptions): Target {
  const name = `example_protos-${pythonVersion(version)}`;
  const files = [`${name}-py3-none-any.whl`, `${name}.tar.gz`].map((file) => join(folder, file));
  const uv = pythonTools().program('uv');
  return {
    name: 'python',
    what: `example-protos ${pythonVersion(version)}`,
    async isPublished() {
      const said = await dryRun(uv, files, timeoutMs);
      return files.length === said.split('already exists').length - 1;
    },
    async checkAccess() {
      if (hasCredentials(process.env)) return;
      throw new ReleaseError('set UV_PUBLISH_TOKEN: uv has nothing to log in with', []);
    },
    // It leaves out those that are there.
    async publish() {
      await run(uv, ['publish', '--no-progress', ...files], { cwd: folder, timeoutMs });
    },
  };
}

/** Whether uv would find any: https://docs.astral.sh/uv/guides/package/#publishing-your-package */
function hasCredentials(env: NodeJS.ProcessEnv): boolean {
  const { username, password } = new URL(env['UV_PUBLISH_URL'] || 'https://example.com/');
  const names = ['UV_PUBLISH_TOKEN', 'UV_PUBLISH_PASSWORD', 'UV_KEYRING_PROVIDER', 'ACTIONS_ID_TOKEN_REQUEST_URL'];
  return [username, password, ...names.map((name) => env[name])].some(Boolean);
}

/** Has uv compare the files with those of the index. */
async function dryRun(uv: string, files: readonly string[], timeoutMs: number): Promise<string> {
  if (!process.env['UV_PUBLISH_CHECK_URL']) {
    throw new ReleaseError(
      'set UV_PUBLISH_CHECK_URL, the simple index of the place that uv uploads to: what is there cannot be seen without it',
      [],
    );
  }
  try {
    const { stderr } = await promisify(execFile)(uv, ['publish', '--dry-run', '--no-progress', ...files], {
      timeout: timeoutMs,
    });
    return stderr;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (stderr.includes('do not match')) throw new ConflictError(stderr.trim());
    throw new Error(`uv publish --dry-run failed\n${stderr}`.trim(), { cause: error });
  }
}
