import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryOf } from '@example/check';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { compareApis } from './api-surface.ts';

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
  return compareApis(await api(before), await api(after));
}

const same = { added: [], removed: [], changed: [] };

it('comments and the order of types are not differences', async () => {
  const difference = await compare(
    'message A {} message B { string a = 1; }',
    '// A B.\nmessage B { string a = 1; } message A {}',
  );
  expect(difference).toEqual(same);
});

it('a new or removed type is one line, without its parts', async () => {
  const after = 'message A { message B { string c = 1; } B b = 1; } enum E { E_ZERO = 0; }';
  expect(await compare('message X { string y = 1; }', after)).toEqual({
    added: ['`enum one.E`', '`message one.A`'],
    removed: ['`message one.X`'],
    changed: [],
  });
});

it('a new part of an existing type is a line with its signature', async () => {
  expect(
    await compare('enum E { E_ZERO = 0; } message A {}', 'enum E { E_ZERO = 0; E_ONE = 1; } message A { E e = 1; }'),
  ).toEqual({
    added: ['`field one.A.e one.E = 1`', '`value one.E.E_ONE = 1`'],
    removed: [],
    changed: [],
  });
});

describe('a field with a changed signature is reported', () => {
  it.each([
    ['number', 'string a = 1;', 'string a = 2;', 'string = 1', 'string = 2'],
    ['type', 'int32 a = 1;', 'int64 a = 1;', 'int32 = 1', 'int64 = 1'],
    ['cardinality', 'string a = 1;', 'repeated string a = 1;', 'string = 1', 'repeated string = 1'],
    ['presence', 'string a = 1;', 'optional string a = 1;', 'string = 1', 'optional string = 1'],
    ['map', 'map<int32, A> a = 1;', 'map<int64, A> a = 1;', 'map<int32, one.A> = 1', 'map<int64, one.A> = 1'],
    ['oneof', 'string a = 1;', 'oneof o { string a = 1; }', 'string = 1', 'string = 1 in oneof o'],
    ['jstype', 'int64 a = 1;', 'int64 a = 1 [jstype = JS_STRING];', 'int64 = 1', 'int64 = 1 [jstype = JS_STRING]'],
  ])('when it has another %s', async (_, from, to, was, now) => {
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
])('an RPC that becomes %s is reported with both signatures', async (rpc, look) => {
  const before = 'message A {} service S { rpc R(A) returns (A); }';
  expect(await compare(before, `message A {} service S { ${rpc} }`)).toEqual({
    ...same,
    changed: [`\`rpc one.S.R\`: \`(one.A) returns (one.A)\` is now \`${look}\``],
  });
});
