import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { releasedApis } from '@example/release';
import { expect, it } from 'vitest';
import { pageOrigin } from '../checks/browser-consumer.ts';
import { startServices } from '../services.ts';
import { readTable } from './gate-table.ts';
import { bufCatches, currentDescriptors, playProtoMutation, playServiceFault, vectorsCatch } from './gates.ts';
import { playAll } from './gates-command.ts';
import { compatibleMutations, mutate } from './proto-mutations.ts';

const releases = releasedApis(root);
const never = new AbortController().signal;

async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gates-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('the table in docs/reference/compatibility.md, which `pnpm release rehearse gates` writes, is what the gates catch', async () => {
  await inNewFolder(async (folder) => expect(await playAll(folder, never)).toEqual(readTable(root)));
}, 120_000);

it('the gates accept the API as it is', async () => {
  const descriptors = await currentDescriptors();
  expect(await bufCatches(descriptors, releases)).toBe(false);
  expect(await vectorsCatch(descriptors, releases)).toBe(false);
});

it.each(compatibleMutations)('the gates accept a compatible edit: $name', async (mutation) => {
  const catches = await playProtoMutation(mutation, await currentDescriptors(), releases);
  expect([...catches.values()]).toEqual([false, false]);
});

it('the services keep their promises to clients of the first version', async () => {
  await inNewFolder(async (folder) => {
    const services = await startServices(folder, pageOrigin);
    try {
      const catches = await playServiceFault({ name: 'no fault' }, services, releases);
      expect(catches.get('released client')).toBe(false);
    } finally {
      await services.close();
    }
  });
}, 60_000);

it('an edit of a part that the API does not have is an error', async () => {
  const descriptors = await currentDescriptors();
  const nowhere = {
    name: 'nowhere',
    edit: (api: { message(...names: string[]): void }) => api.message('user.v1', 'No'),
  };
  expect(() => mutate(descriptors, nowhere as never)).toThrow('the API has no No');
});
