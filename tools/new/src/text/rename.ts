import ts from 'typescript-5';
import { forEachNode, isWord, parse } from '../code/syntax.ts';
import type { Resource, ResourceName } from './resource-name.ts';

/** The place of a word: in a name of code, a text of code, a comment, or a path. */
type Place = 'name' | 'text' | 'comment' | 'path';

/** Replaces one resource by another in the names of a path. */
export function renamePath(path: string, from: Resource, to: Resource): string {
  return renameIn(path, 'path', from, to);
}

/** Replaces one resource by another in a TypeScript module: in its names, texts and comments. */
export function renameCode(source: string, from: Resource, to: Resource): string {
  const file = parse(source);
  const words: { start: number; end: number; place: Place }[] = [];
  forEachNode(file, (node) => {
    if (isWord(node)) words.push({ start: node.getStart(), end: node.end, place: placeOf(node) });
    else if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      words.push({ start: node.getStart(), end: node.end, place: 'text' });
    }
  });
  let result = '';
  let position = 0;
  for (const { start, end, place } of words) {
    result += renameIn(source.slice(position, start), 'comment', from, to);
    result += renameIn(source.slice(start, end), place, from, to);
    position = end;
  }
  return result + renameIn(source.slice(position), 'comment', from, to);
}

/** Replaces one resource by another in a proto file. */
export function renameProto(source: string, from: Resource, to: Resource): string {
  return source
    .split('\n')
    .map((line) => renameIn(line, /^\s*\/\//.test(line) ? 'comment' : 'text', from, to))
    .join('\n');
}

function placeOf(node: ts.Node): Place {
  return ts.isIdentifier(node) ? 'name' : 'text';
}

function renameIn(text: string, place: Place, from: Resource, to: Resource): string {
  const pairs: [ResourceName, ResourceName][] = [
    [from.many, to.many],
    [from.one, to.one],
  ];
  return pairs.reduce((renamed, [a, b]) => renameOne(renamed, place, a, b), text);
}

function renameOne(text: string, place: Place, from: ResourceName, to: ResourceName): string {
  const lower = [...new Set([from.kebab, from.snake, from.camel, from.prose])].join('|');
  const pattern = new RegExp(
    `${from.constant}(?![a-z])|${from.pascal}(?![a-z])|(?<![a-zA-Z])(?:${lower})(?![a-z])`,
    'g',
  );
  return text.replaceAll(pattern, (match: string, offset: number) => {
    if (match === from.pascal) return to.pascal;
    // Keeps the user in a URL, as in `postgres://USER:PASSWORD`, and in texts about it: USER and PASSWORD.
    if (match === from.constant)
      return /^( and |:)PASSWORD/.test(text.slice(offset + match.length)) ? match : to.constant;
    return lowerForm(text, offset, match.length, place, to);
  });
}

function lowerForm(text: string, offset: number, length: number, place: Place, to: ResourceName): string {
  const before = text.charAt(offset - 1);
  const after = text.charAt(offset + length);
  if (place === 'path') return /^(proto|gen)\//.test(text) ? to.snake : to.kebab;
  if (place === 'name') return before === '_' || after === '_' ? to.snake : to.camel;
  if (/[A-Z]/.test(after)) return to.camel;
  const rest = text.slice(offset + length);
  if (/^[./]v\d/.test(rest) || before === '_' || after === '_') return to.snake;
  if (before === '-' || /^-[\w<$%{[(]/.test(rest) || /^\.(ts|db|example)\b/.test(rest)) return to.kebab;
  const isProse =
    place === 'comment' ||
    /\b(a|an|the|no|one|new|each|every|this|that|of|missing|other) $/.test(text.slice(0, offset));
  if (isProse && !/^[.`]\w/.test(rest) && before !== '`') return to.prose;
  return to.snake;
}
