import { expect, it } from 'vitest';
import { leaveOut } from './leave-out.ts';

const mentionsAge = (text: string) => /age\b/i.test(text);

function without(source: string): string {
  return leaveOut(source, mentionsAge)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/,(?= ?[\]})])|(?<=\{) (?=\})/g, '')
    .trim();
}

it.each([
  [
    'a property and a member',
    'export interface U { name: string; age: number }',
    'export interface U { name: string; }',
  ],
  [
    'a name of a pattern',
    'export const f = ({ name, age }: U) => [name, age];',
    'export const f = ({ name }: U) => [name];',
  ],
  ['a statement', 'export function f() { a(); check(user.age); b(); }', 'export function f() { a(); b(); }'],
  ['a comment before it', 'export const u = { a: 1, /** In years. */ age: 2 };', 'export const u = { a: 1 };'],
  ['a list that becomes empty', "export const u = { a: { paths: ['age'] }, b: 1 };", 'export const u = { b: 1 };'],
  [
    'what uses a removed constant',
    'const maxAge = 1; export const u = { a: maxAge, b: 2 };',
    'export const u = { b: 2 };',
  ],
  ['a constant that nothing uses any more', 'const max = 1; if (age > max) f(); g();', 'g();'],
  ['an import that nothing uses any more', "import { A, B } from 'a'; f(A); age(B);", "import { A } from 'a'; f(A);"],
  ['a row of a test', "it.each([['age', 1], ['name', 2]])('x', f);", "it.each([ ['name', 2]])('x', f);"],
  ['a test without rows', "it.each([['age', 1]])('x', f); g();", 'g();'],
  ['nothing from an argument', 'f({ age: 1 }); g();', 'f({}); g();'],
])('removes %s', (_, source, expected) => {
  expect(without(source)).toBe(expected);
});
