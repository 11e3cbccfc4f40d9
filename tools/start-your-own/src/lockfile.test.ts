import { expect, it } from 'vitest';
import { sortDependencies, withoutPackages } from './lockfile.ts';

const dependency = (name: string, version: string) =>
  `      ${name}:\n        specifier: x\n        version: ${version}\n`;

it('a package goes with its dependencies and with the dependencies on it', () => {
  const root = `  .:\n    devDependencies:\n${dependency("'@a/kept'", 'link:tools/kept')}`;
  const kept = `\n  tools/kept:\n    dependencies:\n${dependency('zod', '4.0.0')}`;
  const lockfile = (block: string, middle: string, last: string) =>
    `lockfileVersion: '9.0'\n\nimporters:\n\n${root}${block}${kept}${middle}${last}\npackages:\n\n  zod@4.0.0: {}\n`;
  const before = lockfile(
    dependency("'@a/gone'", 'link:tools/gone'),
    `    devDependencies:\n${dependency("'@a/gone'", 'link:../gone')}`,
    `\n  tools/gone:\n    dependencies:\n${dependency("'@a/kept'", 'link:../kept')}`,
  );
  expect(withoutPackages(before, (folder) => folder === 'tools/gone')).toBe(lockfile('', '', ''));
});

it('dependencies are in the order of their names', () => {
  const lockfile = (...names: readonly string[]) =>
    `importers:\n\n  .:\n    dependencies:\n${names.map((name) => dependency(name, '1.0.0')).join('')}`;
  expect(sortDependencies(lockfile('zod', "'@b/a'", "'@a/b'", 'a'))).toBe(lockfile("'@a/b'", "'@b/a'", 'a', 'zod'));
});
