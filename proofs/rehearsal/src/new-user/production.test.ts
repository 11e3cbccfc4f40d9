// Tests the services with only their production dependencies.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, urlIn } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { run } from '@example/release';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyRepository } from '../repository-copy.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'production-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function expectStart(cwd: string): Promise<void> {
  const env = { PORT: '0', AUTH: 'off', DATABASE_URL: `sqlite:${join(folder, 'store.db')}` };
  await using service = new Program('pnpm', ['start'], { cwd, env });
  expect(await service.waitForLine(urlIn)).toMatch(/^http:/);
}

describe.each(services().map(({ folder }) => folder))('%s', (name) => {
  it('starts in a folder that pnpm deploy has made', async () => {
    await run('pnpm', ['--filter', `@example/${name}`, 'deploy', '--prod', join(folder, name)], { cwd: root });
    await expectStart(join(folder, name));
  });

  it('starts in a clone where pnpm has installed it with --prod', async () => {
    const clone = join(folder, 'clone');
    await copyRepository(clone);
    await run('pnpm', ['install', '--prod', '--frozen-lockfile', '--filter', `@example/${name}...`], { cwd: clone });
    await expectStart(join(clone, 'packages', name));
  });
});
