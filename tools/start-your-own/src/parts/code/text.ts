import { fill, proseWithout, withoutItems } from '../prose.ts';

/**
 * Removes a part from a text that a program prints: sentences, and lines of lists such as those of options.
 *
 * @returns undefined when nothing is left
 */
export function textWithout(text: string, names: RegExp): string | undefined {
  if (!text.includes('\n')) {
    const left = proseWithout(text, names);
    return left === undefined || left.trim() === '' ? undefined : left;
  }
  const blocks = text.split(/(\n\s*\n)/);
  const kept = blocks.flatMap((block) => {
    if (!names.test(block)) return [block];
    if (/\n\s*\n/.test(block)) return [block];
    const shorter = block.split('\n').map((line) => (/^\s/.test(line) ? withoutItems(line, names) : line));
    const lines = shorter.filter((line) => !/^\s/.test(line) || !names.test(line));
    if (!lines.some((line) => names.test(line))) return lines.length === 0 ? [] : [lines.join('\n')];
    if (lines.some((line) => /^\s/.test(line))) return [lines.filter((line) => !names.test(line)).join('\n')];
    const end = block.endsWith('\n') ? '\n' : '';
    const left = proseWithout(lines.join(' ').trim(), names);
    return left === undefined ? [] : [fill(left, '', '').join('\n') + end];
  });
  const result = kept.join('').replace(/\n{3,}/g, '\n\n');
  return result.trim() === '' ? undefined : result;
}

/** Removes a part from the comments of code in the style of C. */
export function commentsOfCodeWithout(
  text: string,
  names: RegExp,
  lineComments: (lines: string[]) => string[],
): string {
  const blocks = text.replace(/^([ \t]*)\/\*\*?(?:[^*]|\*(?!\/))*\*\/\n?/gm, (comment, indent: string) =>
    names.test(comment.replace(/\n\s*\*/g, ' ')) ? blockWithout(comment, indent, names) : comment,
  );
  return lineComments(blocks.split('\n'))
    .map((line) => {
      const [, code, comment] = /^(.*[^\s:'"`]) +\/\/ (.*)$/.exec(line) ?? [];
      if (code === undefined || comment === undefined || names.test(code) || !names.test(comment)) return line;
      const left = proseWithout(comment, names);
      return left === undefined ? code : `${code} // ${left}`;
    })
    .join('\n');
}

function blockWithout(comment: string, indent: string, names: RegExp): string {
  const lines = comment
    .trim()
    .replace(/^\/\*\*?|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const paragraphs: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === '' || /^\s*(@|- )/.test(line)) paragraphs.push([]);
    paragraphs.at(-1)?.push(line.trim());
  }
  const kept = paragraphs.flatMap((paragraph) => {
    const text = paragraph.join(' ').trim();
    if (!names.test(text)) return paragraph.length === 0 ? [] : [paragraph];
    const [, tag = '', rest = ''] = /^(@(?:param \w+ )?|@\w+ )?(.*)$/s.exec(text) ?? [];
    const left = proseWithout(rest, names);
    return left === undefined
      ? paragraph[0] === ''
        ? [['']]
        : []
      : [[...(paragraph[0] === '' ? [''] : []), tag + left]];
  });
  const text = kept.flat();
  while (text[0] === '') text.shift();
  while (text.at(-1) === '') text.pop();
  if (text.length === 0) return '';
  if (text.length === 1 && text[0] && indent.length + text[0].length + 7 <= 120) return `${indent}/** ${text[0]} */\n`;
  const body = text.flatMap((line) => (line === '' ? [`${indent} *`] : fill(line, `${indent} * `, `${indent} * `)));
  return `${indent}/**\n${body.join('\n')}\n${indent} */\n`;
}

/**
 * Removes a part from the alternatives of a regular expression.
 *
 * @returns undefined when the pattern names the part outside of an alternative
 */
export function withoutAlternatives(pattern: string, names: RegExp): string | undefined {
  const left = pattern
    .replace(/\|[^|()[\]]+(?=[|)]|$)/g, (alternative) => (names.test(alternative) ? '' : alternative))
    .replace(/(?<=^\/?|\()[^|()[\]/]+\|/g, (alternative) => (names.test(alternative) ? '' : alternative));
  return left === pattern || names.test(left) ? undefined : left;
}
