import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forbiddenImports } from './import-check.ts';
import { checkedFolders, folderOrders } from './import-rules.ts';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const folder of checkedFolders) write(folder.endsWith('.ts') ? folder : `${folder}/empty.ts`, '');
  for (const folder of ['packages/http2', 'packages/storage', 'proofs/kit', 'proofs/fuzz', 'tools/check'])
    addPackage(folder);
});
afterEach(() => rmSync(repository, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(join(repository, dirname(path)), { recursive: true });
  writeFileSync(join(repository, path), content);
}

/** A package that exports `one`. It is linked into node_modules, so that all other packages can import it. */
function addPackage(folder: string): void {
  const name = `@example/${folder.split('/')[1]}`;
  write(`${folder}/package.json`, JSON.stringify({ name, type: 'module', exports: { '.': './src/index.ts' } }));
  write(`${folder}/src/index.ts`, 'export interface One {}\nexport const one = 1;\n');
  mkdirSync(join(repository, 'node_modules/@example'), { recursive: true });
  symlinkSync(join(repository, folder), join(repository, 'node_modules', name));
}

const orders = folderOrders;

async function found(known: { from: string; to: string }[] = []): Promise<string[]> {
  return await forbiddenImports(repository, { orders, known });
}

it('accepts imports that follow the order', async () => {
  write('packages/storage/src/table.ts', "import { one } from './index.ts';\nexport const table = one;\n");
  write('packages/http2/src/frame.test.ts', "import { one } from '@example/kit';\nconsole.log(one);\n");
  write('proofs/fuzz/src/run.ts', "import { one } from '@example/http2';\nconsole.log(one);\n");
  write('tools/check/src/run.ts', "import { one } from '@example/fuzz';\nconsole.log(one);\n");
  expect(await found()).toEqual([]);
});

it('finds a cycle, also of type imports', async () => {
  write(
    'packages/http2/src/stream.ts',
    "import type { Table } from './table.ts';\nexport interface Stream { table: Table }\n",
  );
  write(
    'packages/http2/src/table.ts',
    "import type { Stream } from './stream.ts';\nexport interface Table { stream: Stream }\n",
  );
  expect(await found()).toEqual([
    expect.stringMatching(/stream\.ts → .*table\.ts → .*stream\.ts: imports form a cycle$/),
  ]);
});

it.each([
  ['a proof in a package', 'packages/http2/src/engine.ts', '@example/fuzz', 'packages may import only itself'],
  [
    'the kit outside tests of a package',
    'packages/http2/src/engine.ts',
    '@example/kit',
    'packages may import only itself',
  ],
  ['a tool in a package', 'packages/http2/src/engine.test.ts', '@example/check', 'packages may import only itself'],
  ['a tool in a proof', 'proofs/fuzz/src/run.ts', '@example/check', 'proofs may import only packages, examples'],
  ['a package in the kit', 'proofs/kit/src/run.ts', '@example/http2', 'it imports no package, example or proof'],
  ['a higher package', 'packages/http2/src/engine.ts', '@example/storage', 'in packages, http2 may import only itself'],
  ['a file past exports', 'proofs/fuzz/src/run.ts', '../../../packages/http2/src/index.ts', 'import it by its name'],
  ['what a package does not export', 'proofs/fuzz/src/run.ts', '@example/http2/src/index.ts', 'no package exports it'],
])('finds an import of %s', async (_, file, imported, why) => {
  for (const statement of ['import { one }', 'import type { One }']) {
    write(
      file,
      `${statement} from '${imported}';\nexport const two = {} as ${statement.includes('type') ? 'One' : 'typeof one'};\n`,
    );
    expect(await found()).toEqual([expect.stringMatching(new RegExp(`^${file} → .*${why}`))]);
  }
});

it('keeps an order of folders inside a package, which its tests may ignore', async () => {
  const order = { in: 'packages/http2/src', levels: [['errors'], ['frames', 'hpack'], ['streams']] };
  write(
    'packages/http2/src/hpack/decoder.ts',
    "export { one } from '../index.ts';\nexport { two } from '../frames/frame.ts';\n",
  );
  write('packages/http2/src/frames/frame.ts', "export { two } from '../errors/error.ts';\n");
  write('packages/http2/src/frames/frame.test.ts', "import { one } from '../streams/stream.ts';\nconsole.log(one);\n");
  write('packages/http2/src/errors/error.ts', 'export const two = 2;\n');
  write('packages/http2/src/streams/stream.ts', "export { one } from '../hpack/decoder.ts';\n");
  const rule = 'in packages/http2/src, hpack may import only errors';
  expect(
    await forbiddenImports(repository, {
      orders: [...folderOrders.filter(({ in: folder }) => folder !== order.in), order],
      known: [],
    }),
  ).toEqual([
    `packages/http2/src/hpack/decoder.ts → packages/http2/src/frames/frame.ts: ${rule}`,
    `packages/http2/src/hpack/decoder.ts → packages/http2/src/index.ts: ${rule}`,
  ]);
});

it('leaves out known violations, and reports those that no longer exist', async () => {
  write('packages/http2/src/engine.ts', "export { one } from '@example/storage';\n");
  expect(await found([{ from: 'packages/http2/', to: 'packages/storage/' }])).toEqual([]);
  expect(
    await found([
      { from: 'packages/http2/', to: '' },
      { from: 'packages/storage/', to: '' },
    ]),
  ).toEqual(['packages/storage/ → : nothing violates this any more; remove it from knownViolations']);
});
