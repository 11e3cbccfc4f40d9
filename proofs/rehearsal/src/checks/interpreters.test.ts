import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { interpreters } from './interpreters.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interpreters-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function python(path: string, version: string, code = 0): Promise<string> {
  const program = join(folder, path);
  await mkdir(join(program, '..'), { recursive: true });
  await writeFile(program, `#!/bin/sh\necho ${version}\nexit ${code}\n`);
  await chmod(program, 0o755);
  return program;
}

it('finds one Python of each minor version on the PATH and in pyenv, if it runs', async () => {
  await python('path/python3', '3.11.9');
  await python('path/python3.11', '3.11.9');
  const lowest = await python('path/python3.10', '3.10.14');
  await python('path/python3.9', '3.9.0', 1);
  await python('path/python3.11-config', '3.99.0');
  const newest = await python('pyenv/versions/3.13.0/bin/python3', '3.13.0');
  await python('pyenv/versions/3.10.1/bin/python3', '3.10.1');
  expect(await interpreters({ PATH: join(folder, 'path'), PYENV_ROOT: join(folder, 'pyenv') })).toEqual([
    { path: lowest, version: '3.10.14' },
    { path: 'python3', version: '3.11.9' },
    { path: newest, version: '3.13.0' },
  ]);
});
