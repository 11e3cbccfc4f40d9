import { fill, proseWithout } from './prose.ts';

const indentOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
const isItem = (line: string) => /^ *- /.test(line);

/**
 * Removes a part from YAML. Comments lose sentences; names and descriptions lose items of enumerations. Any other entry
 * that names the part is removed with everything in it; a step of a workflow is removed as a whole.
 */
export function yamlWithout(text: string, names: RegExp): string {
  if (!names.test(text)) return text;
  let lines = hashCommentsWithout(text.split('\n'), names);
  for (
    let at = lines.findIndex((line) => names.test(line));
    at >= 0;
    at = lines.findIndex((line) => names.test(line))
  ) {
    const line = lines[at] as string;
    const [, key, value] = /^( *(?:- )?[\w-]+: )(.*[a-z] .*)$/.exec(line) ?? [];
    const left =
      key === undefined || value === undefined || value.startsWith('[') ? undefined : proseWithout(value, names);
    if (key !== undefined && left !== undefined && /\b(name|description|summary|title): $/.test(key))
      lines[at] = key + left;
    else lines = withoutBlock(lines, at);
  }
  return lines.join('\n');
}

function withoutBlock(lines: readonly string[], at: number): string[] {
  const line = lines[at] as string;
  let start = at;
  if (/^ *(run|uses|name): /.test(line)) {
    const item = lines.slice(0, at).findLastIndex((other) => isItem(other) && indentOf(other) === indentOf(line) - 2);
    if (item >= 0 && lines.slice(item + 1, at).every((other) => indentOf(other) >= indentOf(line))) start = item;
  }
  const indent = indentOf(lines[start] as string);
  const inner = indent + (isItem(lines[start] as string) ? 1 : 1);
  let end = start + 1;
  while (end < lines.length && (lines[end] as string).trim() !== '' && indentOf(lines[end] as string) >= inner)
    end += 1;
  // The comments above the entry are removed, too.
  while (start > 0 && /^ *#/.test(lines[start - 1] as string) && indentOf(lines[start - 1] as string) === indent)
    start -= 1;
  const left = [...lines.slice(0, start), ...lines.slice(end)];
  const parent = lines.slice(0, start).findLastIndex((other) => other.trim() !== '');
  const isParent =
    parent >= 0 && /:\s*(\|.*)?$/.test(lines[parent] as string) && indentOf(lines[parent] as string) < indent;
  const next = lines.slice(end).find((other) => other.trim() !== '');
  return isParent && (next === undefined || indentOf(next) < indent) ? withoutBlock(left, parent) : left;
}

/**
 * Removes a part from a script, or from a list of patterns. Comments lose sentences; other lines that name the part are
 * removed.
 */
export function linesWithout(text: string, names: RegExp, mark: '#' | '//'): string {
  if (!names.test(text)) return text;
  const lines =
    mark === '#' ? hashCommentsWithout(text.split('\n'), names) : commentsWithout(text.split('\n'), names, '//');
  return lines.filter((line) => !names.test(line)).join('\n');
}

function hashCommentsWithout(lines: readonly string[], names: RegExp): string[] {
  return commentsWithout(lines, names, '#').map((line) => {
    const [, code, comment] = /^(.*\S) +# (.*)$/.exec(line) ?? [];
    if (code === undefined || comment === undefined || names.test(code) || !names.test(comment)) return line;
    const left = proseWithout(comment, names);
    return left === undefined ? code : `${code} # ${left}`;
  });
}

/** Removes a part from comments. Successive lines that are only a comment count as one text. */
export function commentsWithout(lines: readonly string[], names: RegExp, mark: '#' | '//' | '*'): string[] {
  const comment = new RegExp(`^(\\s*)${RegExp.escape(mark)} (.*)$`);
  const result: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [, indent] = comment.exec(lines[i] as string) ?? [];
    if (indent === undefined) {
      result.push(lines[i] as string);
      i += 1;
      continue;
    }
    let end = i;
    while (end < lines.length && comment.exec(lines[end] as string)?.[1] === indent) end += 1;
    const group = lines.slice(i, end);
    const text = group.map((line) => comment.exec(line)?.[2] ?? '').join(' ');
    if (names.test(text)) {
      const left = proseWithout(text, names);
      if (left !== undefined) result.push(...fill(left, `${indent}${mark} `, `${indent}${mark} `));
    } else result.push(...group);
    i = end;
  }
  return result;
}
