import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { NotHereError } from '../rehearsal/rehearsal.ts';
import { run } from '../run.ts';

/**
 * Has this machine's Go fetch another one, which is a module of its own proxy, https://go.dev/doc/toolchain#download.
 *
 * @param version such as `1.25.0`
 * @returns the variable PATH, on which `go` is that one
 * @throws {NotHereError} where it cannot be had
 */
export async function pathWithGo({ PATH }: NodeJS.ProcessEnv, version: string): Promise<{ PATH: string }> {
  const env = { ...process.env, GOTOOLCHAIN: `go${version}` };
  const folder = await run('go', ['env', 'GOROOT'], { cwd: tmpdir(), env }).catch((error: Error) => {
    throw new NotHereError(`Go ${version} cannot be had: ${error.message}`, { cause: error });
  });
  return { PATH: [join(folder.trim(), 'bin'), PATH].join(delimiter) };
}
