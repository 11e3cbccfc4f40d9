import { expect, it } from 'vitest';
import { isOfOtherHistory, withoutHistory } from './history.ts';
import { isOfThisCommand, withoutThisCommand } from './own-traces.ts';

it.each([
  ['a.proto', '// Since 1.1.0. Empty or a UUID.\nstring id = 1;', '// Empty or a UUID.\nstring id = 1;'],
  ['a.proto', '// One.\n//\n// Since 1.2.0.\nservice S {}', '// One.\nservice S {}'],
  ['gen/python/a_pb2_grpc.py', '    One.\n\n    Since 1.2.0.\n    """', '    One.\n    """'],
  ['a.md', 'go get x@v1.2.0, and pip install y==1.2.0', 'go get x@v1.0.0, and pip install y==1.0.0'],
  ['a.md', 'A package (from 1.2.0 on) has it, from 1.3.0 on. Then', 'A package has it. Then'],
  ['a.md', '| the same, since 1.2.0 |', '| the same |'],
  ['a.md', '`1.3.0-rc.1` is a candidate', '`1.3.0-rc.1` is a candidate'],
  ['packages/protos/openapi/openapi.json', '"Since 1.1.0. One.\\n\\nSince 1.2.0."', '"One."'],
  ['a.ts', "const since = 'Since 1.1.0. ';", "const since = 'Since 1.1.0. ';"],
])('%s: %j becomes %j', (path, before, after) => {
  expect(withoutHistory(path, before, '1.2.0')).toBe(after);
});

it('releases and the tests of their content belong to the old history', () => {
  const paths = [
    'releases/1.0.0/release.json',
    'a/src/notes.history.test.ts',
    'releases/go.mod',
    'a/src/history.test.ts',
  ];
  expect(paths.filter(isOfOtherHistory)).toEqual(paths.slice(0, 2));
});

it.each([
  ['README.md', '# A\n\nText.\n\nUse `pnpm start-your-own`,\nor not.\n\nEnd.\n', '# A\n\nText.\n\nEnd.\n'],
  ['README.md', '- one\n- [two](docs/guides/start-your-own.md)\n- three\n', '- one\n- three\n'],
  [
    'package.json',
    '{\n  "scripts": {\n    "a": "b",\n    "start-your-own": "c"\n  },\n  "devDependencies": {\n    "@x/start-your-own": "d"\n  }\n}\n',
    '{\n  "scripts": {\n    "a": "b"\n  },\n  "devDependencies": {}\n}\n',
  ],
])('the command leaves %s without a trace', (path, before, after) => {
  expect(withoutThisCommand(path, before)).toBe(after);
});

it('the folders of the command are removed', () => {
  expect(
    ['tools/start-your-own/a.ts', 'proofs/own-names/b.ts', 'docs/guides/start-your-own.md'].every(isOfThisCommand),
  ).toBe(true);
  expect(isOfThisCommand('tools/start-your-own-way/a.ts')).toBe(false);
});
