import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
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

describe('docs/reference/compatibility.md, which `pnpm release:gates` writes', () => {
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
  const compilers = gates.filter(({ sees }) => sees === 'packages');
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
  expect(await run('git', ['status', '--porcelain'], { cwd: repository.folder })).toBe('');
  for (const gate of gates.filter(({ sees }) => sees !== 'services')) {
    expect(await gate.catches(repository.folder, releases), gate.name).toBe(false);
  }
}, 180_000);

describe('compiles against what is published, which may ask for more, or have less, than what is here', () => {
  afterEach(() => repository.revert());

  const edits: [string, string, (path: string) => Promise<void>][] = [
    [
      'TypeScript',
      'packages/protos/package.json',
      async (path) => await replaceIn(path, '"./dist/esm/gen/user/v1/user_pb.js"', '"./dist/esm/user.js"'),
    ],
    ['Go', 'gen/go/user/go.mod', async (path) => await writeFile(path, `module example.com/protos/gen/go/user\n`)],
    [
      'Python',
      'gen/python/pyproject.toml',
      async (path) => await replaceIn(path, 'packages = ["example_protos"]', '$&\nexclude = ["py.typed"]'),
    ],
    [
      'Python',
      'gen/python/example_protos/order/v1/order_pb2_grpc.pyi',
      async (path) => {
        await replaceIn(path, 'class OrderServiceServicer', '$&(metaclass=_abc_1.ABCMeta)');
        await replaceIn(path, '    def UpdateOrderStatus(', '    @_abc_1.abstractmethod\n$&');
      },
    ],
  ];
  it.each(edits)(
    '%s, after an edit of %s',
    async (language, path, edit) => {
      await edit(join(repository.folder, path));
      await repository.commit();
      const gate = gates.find(({ name }) => name === `compiles in ${language}`);
      expect(await gate?.catches(repository.folder, releases)).toBe(true);
    },
    120_000,
  );

  async function replaceIn(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(path, 'utf8');
    expect(text).toContain(from);
    await writeFile(path, text.replace(from, to));
  }
});

it('an edit that nobody can make is an error', async () => {
  const nowhere = { name: 'nowhere', file: 'buf.yaml', from: 'nowhere', to: '' };
  await expect(playMutation(repository, nowhere, releases, [])).rejects.toThrow('buf.yaml has no "nowhere"');
});
