import { extname } from 'node:path';

/** The last column of comments and prose, the same as in `pnpm check line-width`. */
const width = 120;

const marks: Readonly<Record<string, string>> = {
  '.ts': '//',
  '.js': '//',
  '.go': '//',
  '.proto': '//',
  '.jsonc': '//',
  '.py': '#',
  '.sh': '#',
  '.yaml': '#',
};

/** Wraps lines of comments and prose that longer names have made too wide. */
export function wrapLines(path: string, text: string): string {
  const mark = marks[extname(path)];
  if (mark !== undefined) return wrap(text, commentForm(mark));
  return extname(path) === '.md' ? wrap(text, proseForm()) : text;
}

/**
 * How a line continues: the beginning of its next line, and whether the line after it belongs to the same paragraph.
 */
interface Continuation {
  readonly prefix: string;
  continuesIn(next: string): boolean;
}

/** @returns undefined for a line that is not wrapped */
type Form = (line: string) => Continuation | undefined;

function wrap(text: string, form: Form): string {
  const lines = text.split('\n');
  const wrapped: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const continuation = form(line);
    const broken = continuation && breakLine(line, continuation.prefix);
    if (!broken) {
      wrapped.push(...(continuation ? [line] : (splitComment(line) ?? [line])));
      continue;
    }
    wrapped.push(broken[0]);
    const next = lines[i + 1] ?? '';
    if (continuation.continuesIn(next)) lines[i + 1] = `${broken[1]} ${next.slice(continuation.prefix.length)}`;
    else lines.splice(i + 1, 0, broken[1]);
  }
  return wrapped.join('\n');
}

/** @returns the part that fits, and the rest with its prefix; undefined when the line fits, or has no place to break */
function breakLine(line: string, prefix: string): [string, string] | undefined {
  if (widthOf(line) <= width) return undefined;
  for (let end = line.lastIndexOf(' '); end > prefix.length; end = line.lastIndexOf(' ', end - 1)) {
    const [first, rest] = [line.slice(0, end), line.slice(end + 1)];
    if (widthOf(first) <= width && first.trim() !== '') return [first, prefix + rest];
  }
  return undefined;
}

/** The width in columns. A URL, which cannot be broken, counts as 3. */
function widthOf(line: string): number {
  return [...line.replace(/https?:\/\/[^\s)>\]]+/g, 'URL')].length;
}

function commentForm(mark: string): Form {
  const comment = new RegExp(`^(\\s*)(${mark}|\\*)( +)(?! )`);
  return (line) => {
    const opening = /^(\s*)\/\*\* /.exec(line);
    // `splitComment` has already split doc comments on one line that are too wide.
    if (opening) return undefined;
    const [, indent = '', leader = '', space = ''] = comment.exec(line) ?? [];
    if (leader === '') return undefined;
    const inTag = leader === '*' && /^\s*\* @\w+/.test(line) ? '  ' : '';
    const prefix = `${indent}${leader}${space}${inTag}`;
    const same = new RegExp(`^${RegExp.escape(prefix)}(?![ @-]|$)`);
    return { prefix, continuesIn: (next) => same.test(next) };
  };
}

/** Splits a doc comment or docstring on one line, and code that ends in a comment. */
function splitComment(line: string): string[] | undefined {
  if (widthOf(line) <= width) return undefined;
  const [, margin] = /^(\s*)"{3}/.exec(line) ?? [];
  // The closing quotes of a docstring get a line of their own.
  if (margin !== undefined) {
    return breakLine(line, margin)?.flatMap((part) =>
      part.endsWith('"""') ? [part.slice(0, -3), `${margin}"""`] : part,
    );
  }
  const [, indent, text] = /^(\s*)\/\*\* (.+) \*\/$/.exec(line) ?? [];
  if (text !== undefined) {
    return wrap(`${indent}/**\n${indent} * ${text}\n${indent} */`, commentForm('//')).split('\n');
  }
  const [, before, code, comment] = /^(\s*)(\S.*?[\s;,{}()])((?:\/\/|#) [^'"`]*)$/.exec(line) ?? [];
  return comment === undefined ? undefined : [`${before}${comment}`, `${before}${code?.trimEnd()}`];
}

function proseForm(): Form {
  let isCode = false;
  return (line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    if (isCode || isFence || /^\s*(\||#|$)/.test(line)) return undefined;
    const [start = ''] = /^\s*(?:(?:[-*]|\d+\.) +)?/.exec(line) ?? [];
    const prefix = ' '.repeat(start.length);
    const continues = new RegExp(`^${prefix}(?!\\s|[-*|#>] |[|#]|\\d+\\. |\`\`\`|~~~|<!--|$)`);
    return { prefix, continuesIn: (next) => continues.test(next) };
  };
}
