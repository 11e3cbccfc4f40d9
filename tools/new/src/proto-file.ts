import { UsageError } from '@example/kit/command-line';

/** A field of a message, as its file declares it. */
export interface ProtoField {
  /** The type, such as `optional int32`, `repeated string` or `Address`. */
  readonly type: string;
  readonly name: string;
  readonly number: number;
}

const comment = '(?:^ *//.*\\n)*';

/** The text of a message or service with its comment, and its place. */
export interface Block {
  readonly comment: string;
  /** The text from the keyword to the closing brace and line feed. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** @returns undefined when the file has no such message or service */
export function findBlock(proto: string, kind: 'message' | 'service', name: string): Block | undefined {
  const pattern = new RegExp(`(${comment})^(${kind} ${name} \\{(?:\\}|\\n[\\s\\S]*?^\\}) *\\n)`, 'm');
  const match = pattern.exec(proto);
  if (match === null) return undefined;
  const [all, before = '', text = ''] = match;
  return { comment: before, text, start: match.index, end: match.index + all.length };
}

/** @throws {UsageError} when the file has no such message or service */
export function requireBlock(proto: string, path: string, kind: 'message' | 'service', name: string): Block {
  const block = findBlock(proto, kind, name);
  if (block) return block;
  const names = [...proto.matchAll(new RegExp(`^${kind} (\\w+)`, 'gm'))].map(([, found]) => found);
  throw new UsageError(`${path} has no ${kind} ${name}; it has ${names.join(', ') || 'none'}.`);
}

export function fieldsOf({ text }: Block): ProtoField[] {
  const pattern = /^ {2}((?:optional |repeated )?(?:map<[^>]+>|[\w.]+)) (\w+) = (\d+)[ [;]/gm;
  return [...text.matchAll(pattern)].map(([, type = '', name = '', number]) => ({
    type,
    name,
    number: Number(number),
  }));
}

/** The number of the next field of a message. Reserved numbers are never used again. */
export function nextNumber(block: Block): number {
  const reserved = [...block.text.matchAll(/^\s*reserved ([^;"]*);/gm)].flatMap(([, list = '']) =>
    [...list.matchAll(/\d+/g)].map(([number]) => Number(number)),
  );
  const inOneofs = [...block.text.matchAll(/ = (\d+)[ [;]/g)].map(([, number]) => Number(number));
  return Math.max(0, ...reserved, ...inOneofs) + 1;
}

/** Adds lines at the end of a message or service. */
export function appendTo(proto: string, block: Block, lines: string): string {
  const text = block.text.replace(/\{\} *\n$/, '{\n}\n').replace(/\} *\n$/, `${lines}}\n`);
  return proto.slice(0, block.start) + block.comment + text + proto.slice(block.end);
}

/** Replaces the comment before a declaration. @param declaration the start of its line, after blanks */
export function setComment(proto: string, declaration: string, text: string): string {
  const escaped = declaration.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return proto.replace(new RegExp(`${comment}^( *)${escaped}`, 'm'), (_, indent: string) => {
    const lines = text.split('\n').map((line) => `${indent}// ${line}`.trimEnd());
    return `${lines.join('\n')}\n${indent}${declaration}`;
  });
}
