import { root } from '@example/dev';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missingToolchain } from '../testing/missing-toolchain.ts';
import { type Gate, gates } from './gates.ts';
import { createMutatedRepository, type MutatedRepository } from './mutated-repository.ts';
import { readTable } from './mutation-table.ts';
import { behaviourMutations, type Mutation, protoMutations } from './mutations.ts';
import { isPlayed, playMutation } from './play-mutations.ts';
import { releasedApis } from './versions.ts';

const releases = releasedApis(root);
const table = readTable(root);
const mutations = [...protoMutations, ...behaviourMutations];

let missing: string | undefined;
let repository: MutatedRepository;
beforeAll(async () => {
  missing = missingToolchain();
  if (!missing) repository = await createMutatedRepository();
}, 120_000);
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterAll(async () => {
  if (!missing) await repository.remove();
});

/** What the table says of a mutation, by the gates that are played. */
function inTable({ name }: Mutation, played: readonly Gate[]) {
  const row = table.get(name);
  return new Map(played.flatMap((gate) => (row?.has(gate.name) ? [[gate.name, row.get(gate.name)]] : [])));
}

describe('docs/compatibility.md, which `pnpm release:gates` writes', () => {
  it('has every mutation, and no other', () => {
    expect([...table.keys()]).toEqual(mutations.map(({ name }) => name));
  });

  it('says of each what the gates do that are played', () => {
    for (const mutation of mutations) {
      const names = gates.filter((gate) => isPlayed(gate, mutation)).map(({ name }) => name);
      expect([...(table.get(mutation.name)?.keys() ?? [])]).toEqual(names);
    }
  });

  const quick = gates.filter(({ sees }) => sees === 'protos');
  it.each(mutations.filter(({ file }) => file.startsWith('proto/')))(
    'says what the protos show of it: $name',
    async (mutation) => {
      expect(await playMutation(repository, mutation, releases, quick)).toEqual(inTable(mutation, quick));
    },
  );

  // One that every compiler sees, and one that none does.
  const compiled = ['field renamed', 'idempotency level dropped'];
  const compilers = gates.filter(({ sees }) => sees === 'generated code');
  it.each(protoMutations.filter(({ name }) => compiled.includes(name)))(
    'says what compilers make of it: $name',
    async (mutation) => {
      expect(await playMutation(repository, mutation, releases, compilers)).toEqual(inTable(mutation, compilers));
    },
    180_000,
  );
});

it('no gate catches what is there now', async () => {
  await repository.generate();
  for (const gate of gates.filter(({ sees }) => sees !== 'services')) {
    expect(await gate.catches(repository.folder, releases), gate.name).toBe(false);
  }
}, 180_000);

it('an edit that nobody can make is an error', async () => {
  const nowhere = { name: 'nowhere', file: 'buf.yaml', from: 'nowhere', to: '' };
  await expect(playMutation(repository, nowhere, releases, [])).rejects.toThrow('buf.yaml has no "nowhere"');
});
