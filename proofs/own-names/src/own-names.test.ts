// Tests one clone with odd names. `pnpm start-your-own try` tests the other names.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RenamedClone } from './renamed-clone.ts';

const leftOut = 'python,envoy,web';
const prefix = 'acme.co_2';
const odd = {
  scope: 'my.co-2',
  options: [
    ...['--go-module', 'git.corp-42.acme.io/platform/teams/payments/protos', '--holder', 'Müller & Söhne'],
    ...['--proto-prefix', prefix, '--without', leftOut],
  ],
};

let folder: string;
let clone: RenamedClone;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-names-'));
  clone = await RenamedClone.create(join(folder, 'clone'));
}, 900_000);
afterAll(() => rm(folder, { recursive: true, maxRetries: 10 }));

const status = async () => await clone.run('git', 'status', '--porcelain');

it('invalid names, a missing scope and a tree that is not clean change nothing', async () => {
  await expect(clone.run('pnpm', 'start-your-own')).rejects.toThrow('Give your npm scope');
  await expect(clone.rename({ scope: 'Acme' })).rejects.toThrow('--scope "@Acme"');
  await expect(clone.rename({ scope: 'grpc' })).rejects.toThrow('use your own');
  await expect(clone.rename({ scope: 'acme', options: ['--proto-prefix', 'acme.enum'] })).rejects.toThrow('enum is');
  await expect(clone.rename({ scope: 'acme', options: ['--without', 'go'] })).rejects.toThrow(
    /--without go: the proofs.* can do without python/,
  );
  await expect(clone.rename({ scope: 'acme', options: ['--dry-run'] })).resolves.toContain('Nothing was changed.');
  expect(await status()).toBe('');
  await writeFile(join(clone.folder, 'mine.txt'), 'mine');
  await expect(clone.rename({ scope: 'acme' })).rejects.toThrow(/commit them, or use --allow-dirty.\n\?\? mine.txt/);
  await rm(join(clone.folder, 'mine.txt'));
  expect(await status()).toBe('');
});

it('a renamed clone has no old name and nothing of what is left out, compiles, and begins its history', async () => {
  const output = await clone.rename(odd);
  expect(output).toMatch(/Next:\n\n {2}pnpm test/);
  expect(clone.namesOfTemplate()).toEqual([]);
  expect(clone.unprefixed(prefix)).toEqual([]);
  expect(clone.tracesOf(leftOut)).toEqual([]);
  await clone.run('pnpm', 'check', 'types', 'style', 'unused', 'imports', 'line-width', 'proto-lint', 'generated');
  await clone.run('pnpm', 'test', '--project', 'service-kit');
  await clone.commit();
  await expect(clone.run('pnpm', 'release', '1.0.0', '--dry-run')).rejects.toThrow('CHANGELOG.md does not begin');
}, 900_000);
