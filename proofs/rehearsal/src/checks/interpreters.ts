import { globSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from '@example/release';

export interface Interpreter {
  readonly path: string;
  /** The version, such as `3.10.13`. */
  readonly version: string;
}

/** Finds one Python of each minor version on the PATH and in pyenv. `python3` is preferred. */
export async function interpreters(env: NodeJS.ProcessEnv): Promise<Interpreter[]> {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const pyenv = join(env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const candidates = [
    'python3',
    ...folders.flatMap((folder) => globSync(join(folder, 'python3.{?,??}'))),
    ...globSync(join(pyenv, '3.*/bin/python3')),
  ];
  const found = new Map<string, Interpreter>();
  for (const path of candidates) {
    const version = await versionOf(path, env);
    const minor = version?.split('.').slice(0, 2).join('.');
    if (version && minor && !found.has(minor)) found.set(minor, { path, version });
  }
  return [...found.values()].sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

/** @returns undefined when the program does not run, such as a pyenv shim for a version that is not selected */
async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const code = 'import platform; print(platform.python_version())';
  return await run(path, ['-c', code], { cwd: tmpdir(), env }).then(
    (text) => text.trim(),
    () => undefined,
  );
}
