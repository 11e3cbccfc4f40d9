import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { wordsOf } from '@example/check';
import { root } from '@example/kit/root';
import { releasedApis } from '@example/release';
import { expect, it } from 'vitest';
import { pageOrigin } from '../checks/browser-consumer.ts';
import { startServices } from '../services.ts';
import { breakingEdits } from './breaking-edits.ts';
import { readTable } from './gate-table.ts';
import { baselines, inNewFolder, playProtoEdit, playServiceFault } from './gates.ts';
import { playAll } from './gates-command.ts';
import { harmlessEdits } from './harmless-edits.ts';

const isReleased = releasedApis(root).length > 0;
const never = new AbortController().signal;

it.runIf(isReleased)(
  'the table that `pnpm release rehearse gates` writes is what the gates catch, with words that say what to do',
  async () => {
    const wordsFor = new Map<string, readonly string[]>();
    await inNewFolder(async (folder) => {
      const results = await playAll(folder, never, (name, _, words) => wordsFor.set(name, words));
      expect(results).toEqual(readTable(root));
    });
    // The first line of `pnpm check` names the place or the type. The last line names the remedy and the versions.
    for (const { name } of breakingEdits) {
      const words = wordsFor.get(name) ?? [];
      expect(words[0], name).toMatch(/^(proto\/\S+\.proto:\d+:\d+:\S.+|[\w.]+: (earlier messages|the extension) .+)$/);
      expect(words.at(-1), name).toMatch(/^Undo these changes: .+ Broken: programs of \d/);
    }
  },
);

it('the gates accept the unchanged API and harmless edits', async () => {
  await inNewFolder(async (folder) => {
    const bases = await baselines(folder);
    for (const { name, of, edit } of [{ name: 'none', of: 'API' as const, edit() {} }, ...harmlessEdits]) {
      const { breakages } = await playProtoEdit({ edit }, bases[of]);
      expect(wordsOf(breakages), name).toEqual([]);
    }
  });
});

it.runIf(isReleased)(
  'the services keep their promises to clients of the first version',
  async () => {
    await inNewFolder(async (folder) => {
      const services = await startServices(folder, pageOrigin);
      try {
        const catches = await playServiceFault({ name: 'no fault' }, services, releasedApis(root));
        expect(catches.get('released client')).toBe(false);
      } finally {
        await services.close();
      }
    });
  },
  60_000,
);

it('an edit of a text that the protos do not have is an error', async () => {
  await inNewFolder(async (folder) => {
    await mkdir(join(folder, 'proto'));
    const [edit] = breakingEdits;
    await expect(playProtoEdit(edit as NonNullable<typeof edit>, { folder, earlier: [] })).rejects.toThrow();
  });
});
