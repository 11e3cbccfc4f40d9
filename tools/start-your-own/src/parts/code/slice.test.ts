import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { filesOf } from '../../repository-files.ts';
import { Slice } from './slice.ts';

function left(text: string, path = 'a.ts'): string {
  const slice = new Slice(path, text, /python/i);
  slice.sweep();
  return withoutSpace(slice.print());
}

/** Removes spaces and trailing commas, which the formatter will set. */
function withoutSpace(text: string): string {
  return text
    .replace(/,?\s*(?=[\]})])/g, '')
    .replace(/(?<=[{[(])\s+/g, '')
    .trim();
}

it.each([
  ['an entry', "const a = ['go', 'python'];", "const a = ['go'];"],
  ['an object that has the name', "f([{ name: 'go' }, { name: 'python', b: 1 }]);", "f([{ name: 'go' }]);"],
  ['a property', 'f({ go: 1, python: 2 });', 'f({ go: 1});'],
  ['a row', "it.each([['go', 1], ['python', 2]])(f);", "it.each([['go', 1]])(f);"],
  ['a list beside others', "const a = [['go', 'python'], ['c']];", "const a = [['go'], ['c']];"],
  ['a member of a union', "type A = 'go' | 'python' | 'npm';", "type A = 'go' | 'npm';"],
  ['an operand', 'f(isGo && isPython);', 'f(isGo);'],
  ['a choice', 'f(isPython ? 1 : 2);', 'f(2);'],
  ['an argument', 'function f(a, b) {\n  a(python(b));\n  a();\n}\nf(1, 2);', 'function f(a) {\n  a();\n}\nf(1 );'],
  ['a step of a chain', 'f(a.b(1).replace(/python/, python));', 'f(a.b(1));'],
  ['what depends on it', 'f({ a: 1, ...(python && { b: 2 }) });', 'f({ a: 1});'],
  [
    'what only it used',
    "import { a, b } from './c.ts';\nconst d = a(1);\npython(d);\nb();",
    "import {b } from './c.ts';\nb();",
  ],
  [
    'one of two results',
    'const [a, python] = await Promise.all([f(), g()]);\nuse(a);\nsee(python);',
    'const [a] = await Promise.all([f()]);\nuse(a);',
  ],
  ['an alternative', 'const a = /(go|python|npm)$/;', 'const a = /(go|npm)$/;'],
  [
    'prose',
    'const a = `It needs Go and Python.\n\n  --to NAME  npm, python or go\n`;',
    'const a = `It needs Go.\n\n  --to NAME  npm or go\n`;',
  ],
  ['a test', "it('works', async () => {\n  await python();\n  expect(1).toBe(1);\n});\nit('b', f);", "it('b', f);"],
  [
    'a part of a test',
    "it('has Go and Python', () => {\n  go();\n  python();\n});",
    "it('has Go', () => {\n  go();\n});",
  ],
])('%s goes', (_, before, after) => {
  expect(left(before)).toBe(withoutSpace(after));
});

it('JSON has no comma after its last entry', () => {
  expect(left('{ "a": [1], "python": 2 }', 'a.json')).toBe('{"a": [1]}');
});

it('code without a mention does not change', () => {
  const paths = filesOf(root).filter((path) => /^(packages|tools)\/.*\.(ts|json)$/.test(path) && !/\/gen\//.test(path));
  const changed = paths.filter((path) => {
    const slice = new Slice(path, readFileSync(join(root, path), 'utf8'), new RegExp(['no', 'such', 'word'].join(' ')));
    slice.sweep();
    return slice.isChanged || slice.isEmpty;
  });
  expect(paths.length).toBeGreaterThan(300);
  expect(changed).toEqual([]);
});
