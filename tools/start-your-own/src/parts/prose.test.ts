import { expect, it } from 'vitest';
import { markdownWithout } from './markdown.ts';
import { parts } from './parts.ts';
import { proseWithout } from './prose.ts';
import { namesOf } from './traces.ts';

const names = /\bpython\b|pip/i;

it.each([
  ['clients in TypeScript, Go and Python.', 'clients in TypeScript and Go.'],
  ['clients in TypeScript, JavaScript, Go and Python', 'clients in TypeScript, JavaScript and Go'],
  ['clients in Python, Go and C', 'clients in Go and C'],
  ['clients in Go, Python and C', 'clients in Go and C'],
  ['clients in A, Go, Python and C', 'clients in A, Go and C'],
  ['It needs Go or Python.', 'It needs Go.'],
  ['code of Python and Go here', 'code of Go here'],
  ['Go and Python programs call it', 'Go programs call it'],
  ['the npm package, the Go module and the Python package.', 'the npm package and the Go module.'],
  [
    '[JavaScript](a.md), [Go](b.md), [Python](python.md) or [a browser](d.md), which',
    '[JavaScript](a.md), [Go](b.md) or [a browser](d.md), which',
  ],
  ['Go 1.26 and Python 3.11 are optional', 'Go 1.26 are optional'],
  ['the Go module `a/b` and Python package `c-d`', 'the Go module `a/b`'],
  ['without any, pack with the Python and Go of it', 'without any, pack with the Go of it'],
  ['a vector, which the codec and Python read and write', 'a vector, which the codec read and write'],
  ['One thing. Python has another. A third.', 'One thing. A third.'],
  ['Only for Python it is so.', undefined],
])('%s', (text, left) => {
  expect(proseWithout(text, names)).toBe(left);
});

it.each([
  ['# A\n\n## Go\n\nb\n\n## Python\n\nc\n\n### d\n\ne\n\n## f\n\ng\n', '# A\n\n## Go\n\nb\n\n## f\n\ng\n'],
  ['Text.\n\n```sh\npip install a\n```\n\nEnd.\n', 'Text.\n\nEnd.\n'],
  ['Text. Install it:\n\n```sh\npip install a\n```\n\nEnd.\n', 'Text.\n\nEnd.\n'],
  ['```sh\ngo get a\npip install a \\\n  b\n```\n', '```sh\ngo get a\n```\n'],
  ['- a\n- Python\n  is b\n- c\n', '- a\n- c\n'],
  [
    '| a | Python | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| pip | 2 | 3 |\n| 1 | 2 | pip |\n',
    '| a | c |\n|---|---|\n| 1 | 3 |\n| 1 | |\n',
  ],
])('%j', (text, left) => {
  expect(markdownWithout(text, names)).toBe(left);
});

it('the names of no part are in a copyright', () => {
  expect('// Copyright 2026 The Acme Authors').not.toMatch(namesOf(parts, 'a.ts'));
});
