import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareVersions } from '../release/compare-versions.ts';
import { registryOf } from '../release/wire-vectors.ts';
import { run } from '../run.ts';
import { compareSurfaces } from './api-surface.ts';
import { releaseNotes } from './release-notes.ts';
import { releasedApis } from './versions.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'surface-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function api(text: string) {
  writeFileSync(join(folder, 'one.proto'), `syntax = "proto3";\npackage one;\n${text}`);
  await run('buf', ['build', folder, '--as-file-descriptor-set', '-o', join(folder, 'one.binpb')], { cwd: root });
  return registryOf(readFileSync(join(folder, 'one.binpb')));
}

async function compare(before: string, after: string) {
  return compareSurfaces(await api(before), await api(after));
}

const same = { added: [], removed: [], changed: [] };

it('comments and order make no difference', async () => {
  const difference = await compare(
    'message A {} message B { string a = 1; }',
    '// A B.\nmessage B { string a = 1; } message A {}',
  );
  expect(difference).toEqual(same);
});

it('a type stands for its parts', async () => {
  const after = 'message A { message B { string c = 1; } B b = 1; } enum E { E_ZERO = 0; }';
  expect(await compare('message X { string y = 1; }', after)).toEqual({
    added: ['`enum one.E`', '`message one.A`'],
    removed: ['`message one.X`'],
    changed: [],
  });
});

it('a part of a type that is there is named with its look', async () => {
  expect(
    await compare('enum E { E_ZERO = 0; } message A {}', 'enum E { E_ZERO = 0; E_ONE = 1; } message A { E e = 1; }'),
  ).toEqual({
    added: ['`field one.A.e one.E = 1`', '`value one.E.E_ONE = 1`'],
    removed: [],
    changed: [],
  });
});

describe('a field', () => {
  it.each([
    ['number', 'string a = 1;', 'string a = 2;', 'string = 1', 'string = 2'],
    ['type', 'int32 a = 1;', 'int64 a = 1;', 'int32 = 1', 'int64 = 1'],
    ['cardinality', 'string a = 1;', 'repeated string a = 1;', 'string = 1', 'repeated string = 1'],
    ['presence', 'string a = 1;', 'optional string a = 1;', 'string = 1', 'optional string = 1'],
    ['map', 'map<int32, A> a = 1;', 'map<int64, A> a = 1;', 'map<int32, one.A> = 1', 'map<int64, one.A> = 1'],
    ['oneof', 'string a = 1;', 'oneof o { string a = 1; }', 'string = 1', 'string = 1 in oneof o'],
    ['jstype', 'int64 a = 1;', 'int64 a = 1 [jstype = JS_STRING];', 'int64 = 1', 'int64 = 1 [jstype = JS_STRING]'],
  ])('of another %s', async (_, from, to, was, now) => {
    expect(await compare(`message A { ${from} }`, `message A { ${to} }`)).toEqual({
      ...same,
      changed: [`\`field one.A.a\`: \`${was}\` is now \`${now}\``],
    });
  });
});

it.each([
  ['rpc R(A) returns (stream A);', '(one.A) returns (stream one.A)'],
  ['rpc R(stream A) returns (A);', '(stream one.A) returns (one.A)'],
  ['rpc R(A) returns (A) { option idempotency_level = NO_SIDE_EFFECTS; }', '(one.A) returns (one.A) [NO_SIDE_EFFECTS]'],
])('an RPC that is now %s', async (rpc, look) => {
  const before = 'message A {} service S { rpc R(A) returns (A); }';
  expect(await compare(before, `message A {} service S { ${rpc} }`)).toEqual({
    ...same,
    changed: [`\`rpc one.S.R\`: \`(one.A) returns (one.A)\` is now \`${look}\``],
  });
});

describe('release notes', () => {
  it('of the first version are those of CHANGELOG.md', () => {
    expect(releaseNotes(root, '1.0.0')).toBe('- `user.v1.UserService` and `order.v1.OrderService`.\n');
  });

  it('of a later one end with what is other than before', () => {
    const notes = releaseNotes(root, '1.1.0');
    expect(notes).toMatch(/^- `UpdateOrderStatus`/);
    expect(notes).toContain(
      '### API, compared with 1.0.0\n\nAdded:\n\n- `field order.v1.ChatMessage.message_id string = 6`\n',
    );
    expect(notes).not.toContain('Removed');
  });

  it('lead to the files of the tag', () => {
    const links = [...releaseNotes(root, '1.2.0').matchAll(/\]\((.+?)\)/g)].map(([, link]) => link);
    expect(links).toEqual(
      ['typescript', 'go', 'python'].map((name) => `https://github.com/example/protos/blob/v1.2.0/docs/${name}.md`),
    );
  });

  it('say what is missing', () => {
    expect(() => releaseNotes(root, '0.9.0')).toThrow('CHANGELOG.md has no heading "## 0.9.0 (YYYY-MM-DD)"');
  });

  it('say what to do before the version is prepared', () => {
    writeFileSync(join(folder, 'CHANGELOG.md'), '## 1.9.0 (2026-12-24)\n\n- A thing.\n');
    expect(() => releaseNotes(folder, '1.9.0')).toThrow('run `pnpm release 1.9.0` before');
  });
});

it('versions are ordered as semver orders them', () => {
  const ordered = ['1.0.0', '1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0', '2.0.0-rc.1', '2.0.0'];
  expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
  expect(releasedApis(root).map(({ version }) => version)).toEqual(expect.arrayContaining(['1.0.0', '1.1.0']));
});
