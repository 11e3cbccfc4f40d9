import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from '@example/release';
import { NotHereError } from '../rehearsal.ts';

/**
 * Downloads another version of Go with the Go of this machine, https://go.dev/doc/toolchain#download.
 *
 * @param version such as `1.25.0`
 * @returns a PATH on which `go` is that version
 * @throws {NotHereError} when it cannot be downloaded
 */
export async function pathWithGo({ PATH }: NodeJS.ProcessEnv, version: string): Promise<{ PATH: string }> {
  const env = { ...process.env, GOTOOLCHAIN: `go${version}` };
  const folder = await run('go', ['env', 'GOROOT'], { cwd: tmpdir(), env }).catch((error: Error) => {
    throw new NotHereError(`Go ${version} cannot be downloaded: ${error.message}`, { cause: error });
  });
  return { PATH: [join(folder.trim(), 'bin'), PATH].join(delimiter) };
}
