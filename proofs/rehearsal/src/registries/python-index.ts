import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';
import { startOnFreePort } from './process.ts';
import type { Registry } from './registry.ts';

const project = join(import.meta.dirname, '../..');

/**
 * Starts pypi-server. Everyone may upload, but an existing file is never replaced.
 *
 * @param folder for its files
 */
export async function startPythonIndex(folder: string): Promise<Registry> {
  const packages = join(folder, 'python');
  await mkdir(packages, { recursive: true });
  const options = { folder: join(project, '.venv'), requirements: join(project, 'requirements.txt') };
  const environment = new PythonEnvironment(options);
  environment.install((text) => process.stderr.write(text));
  const { port, close } = await startOnFreePort((port) => ({
    program: join(dirname(environment.python), 'pypi-server'),
    args: ['run', '-v', '-i', '127.0.0.1', '-p', `${port}`, '-P', '.', '-a', '.', '--disable-fallback', packages],
    cwd: folder,
    listening: 'Listening on',
  }));
  const url = `http://127.0.0.1:${port}/`;
  return { url, env: pythonEnvironment(url), close };
}

/** Configures uv to publish to an index, and pip to install from it in addition to its own index. */
export function pythonEnvironment(url: string): NodeJS.ProcessEnv {
  return {
    UV_PUBLISH_URL: url,
    UV_PUBLISH_CHECK_URL: `${url}simple/`,
    UV_PUBLISH_USERNAME: 'anyone',
    UV_PUBLISH_PASSWORD: 'anything',
    PIP_EXTRA_INDEX_URL: `${url}simple/`,
  };
}
