import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../run.ts';
import { missingToolchain } from '../testing/missing-toolchain.ts';
import { startRegistries } from './start-registries.ts';

const missing = missingToolchain();

it.skipIf(missing)(
  'a registry that does not start leaves none behind',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'registries-'));
    try {
      // Where the index of Python packages wants its folder.
      await writeFile(join(folder, 'python'), '');
      await expect(
        startRegistries(folder, [], { print: () => {}, signal: new AbortController().signal }),
      ).rejects.toThrow('EEXIST');
      const processes = await run('ps', ['-A', '-o', 'ppid=,args='], { cwd: folder });
      const own = processes.split('\n').filter((line) => Number.parseInt(line, 10) === process.pid);
      // Only the one that asks.
      expect(own).toEqual([expect.stringContaining('ppid=')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
