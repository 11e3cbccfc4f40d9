import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@example/rpc-server/testing';
import { pythonTools } from '../python-tools.ts';
import { startProcess } from './process.ts';
import type { Registry } from './registry.ts';

/**
 * Starts pypi-server, which everyone may upload to, and which refuses a file that it has.
 *
 * @param folder for its files
 */
export async function startPythonIndex(folder: string): Promise<Registry> {
  const packages = join(folder, 'python');
  await mkdir(packages, { recursive: true });
  const port = await freePort();
  const { close } = await startProcess({
    program: pythonTools().program('pypi-server'),
    args: ['run', '-v', '-i', '127.0.0.1', '-p', `${port}`, '-P', '.', '-a', '.', '--disable-fallback', packages],
    cwd: folder,
    listening: 'Listening on',
  });
  const url = `http://127.0.0.1:${port}/`;
  return { url, env: pythonEnvironment(url), close };
}

/** Has uv publish to an index, and pip and uv find packages there besides those of their own index. */
export function pythonEnvironment(url: string): NodeJS.ProcessEnv {
  return {
    UV_PUBLISH_URL: url,
    UV_PUBLISH_CHECK_URL: `${url}simple/`,
    UV_PUBLISH_USERNAME: 'anyone',
    UV_PUBLISH_PASSWORD: 'anything',
    PIP_EXTRA_INDEX_URL: `${url}simple/`,
  };
}
