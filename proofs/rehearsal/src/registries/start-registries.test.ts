import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@example/release';
import { expect, it } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { startRegistries } from './start-registries.ts';

const missing = missingToolchain();

it.skipIf(missing)('when a registry does not start, the others are closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registries-'));
  try {
    // A file at the path of the Python index's folder makes its start fail.
    await writeFile(join(folder, 'python'), '');
    await expect(
      startRegistries(folder, [], { print: () => {}, signal: new AbortController().signal }),
    ).rejects.toThrow('EEXIST');
    const processes = await run('ps', ['-A', '-o', 'ppid=,args='], { cwd: folder });
    const own = processes.split('\n').filter((line) => Number.parseInt(line, 10) === process.pid);
    expect(own.filter((line) => line.includes('verdaccio'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
