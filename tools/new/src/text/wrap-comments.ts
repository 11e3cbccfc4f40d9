/** The last column of a comment. */
const width = 120;

/**
 * Wraps the comments of a TypeScript or proto file again if a line is too long: blocks of lines that start with `//`,
 * and `/**` blocks. Paragraphs, list items and tags are kept separate.
 */
export function wrapComments(text: string): string {
  return text
    .replaceAll(/^( *)\/\*\*(?:(?!\*\/)[\s\S])*\*\/$/gm, (block, indent: string) =>
      isTooWide(block) ? wrapBlock(block, indent) : block,
    )
    .replaceAll(/(?:^ *\/\/ ?.*\n)+/gm, (lines) => (isTooWide(lines) ? wrapLines(lines) : lines));
}

function isTooWide(text: string): boolean {
  return text.split('\n').some((line) => [...line].length > width);
}

function wrapBlock(block: string, indent: string): string {
  const content = block
    .replace(/^ *\/\*\*\s?/, '')
    .replace(/\s*\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, ''));
  const lines = wrapParagraphs(content, width - indent.length - 3);
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join('\n');
}

function wrapLines(block: string): string {
  const indent = /^ */.exec(block)?.[0] ?? '';
  const content = block
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ *\/\/ ?/, ''));
  const lines = wrapParagraphs(content, width - indent.length - 3);
  return lines.map((line) => `${`${indent}// ${line}`.trimEnd()}\n`).join('');
}

/**
 * A line starts a paragraph when it is a tag, a list item or a directive, or when it or the line before it is empty.
 */
function wrapParagraphs(lines: readonly string[], columns: number): string[] {
  const paragraphs: string[][] = [];
  for (const [index, line] of lines.entries()) {
    const isStart = index === 0 || line === '' || lines[index - 1] === '' || /^(@|- |buf:)/.test(line);
    if (isStart) paragraphs.push([line]);
    else paragraphs.at(-1)?.push(line);
  }
  return paragraphs.flatMap((paragraph) => wrap(paragraph.join(' '), columns));
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && [...line].length + 1 + [...word].length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
