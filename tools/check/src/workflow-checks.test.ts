import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { complainingLinters } from './workflow-checks.ts';

let missing: string | undefined;
let repository: string;
beforeAll(async () => {
  await complainingLinters(root, () => {}).catch((error: Error) => {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    missing = error.message;
  });
});
beforeEach(({ skip }) => {
  skip(missing !== undefined, missing);
  repository = mkdtempSync(join(tmpdir(), 'workflows-'));
  // actionlint treats a folder with .git as a repository.
  mkdirSync(join(repository, '.git'));
  cpSync(join(root, '.github/workflows'), join(repository, '.github/workflows'), { recursive: true });
});
afterEach(() => rmSync(repository ?? '', { recursive: true, force: true }));

const pinned = 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0';

function workflow({ uses = pinned, permissions = '{}', command = 'true' }): string {
  return `name: one
on: [push]
permissions: ${permissions}
concurrency:
  group: one
  cancel-in-progress: true
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${uses}
        with:
          persist-credentials: false
      - run: ${command}
`;
}

async function complaints(text: string) {
  writeFileSync(join(repository, '.github/workflows/one.yaml'), text);
  let printed = '';
  const linters = await complainingLinters(repository, (part) => {
    printed += part;
  });
  return { linters, printed };
}

it('finds nothing in our workflows, and in a correct one', async () => {
  expect(await complaints(workflow({}))).toEqual({ linters: [], printed: '' });
});

describe('finds', () => {
  it.each([
    ['an action that is not pinned', { uses: 'actions/checkout@v5' }, 'zizmor', 'unpinned-uses'],
    ['too many permissions', { permissions: 'write-all' }, 'zizmor', 'excessive-permissions'],
    [
      'a script made of what a stranger wrote',
      { command: `echo "\${{ github.event.head_commit.message }}"` },
      'zizmor',
      'template-injection',
    ],
    ['an expression that names nothing', { command: `echo "\${{ github.nothing }}"` }, 'actionlint', 'github.nothing'],
  ])('%s', async (_, text, linter, why) => {
    const { linters, printed } = await complaints(workflow(text));
    expect(linters).toContain(linter);
    expect(printed).toContain(why);
  });
});
