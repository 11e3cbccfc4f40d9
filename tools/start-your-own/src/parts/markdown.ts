import { fill, proseWithout, sentencesOf } from './prose.ts';

/** Removes a part from a page: sections, examples, items, rows, columns and sentences. */
export function markdownWithout(text: string, names: RegExp): string {
  if (!names.test(text)) return text;
  const blocks = blocksOf(withoutSections(text.split('\n'), names));
  const kept: string[][] = [];
  for (const [i, block] of blocks.entries()) {
    const shorter = blockWithout(block, names);
    if (shorter.length > 0) kept.push(shorter);
    // The sentence that announces an example or a table is removed with it.
    else if (block.length > 0 && block[0] !== '' && /^(\s*(```|~~~)|\|)/.test(block[0] as string)) {
      const before = blocks.slice(0, i).findLastIndex((other) => other[0] !== '');
      const announcement = kept.findLastIndex((other) => other[0] !== '');
      if (before >= 0 && announcement >= 0 && kept[announcement]?.at(-1)?.endsWith(':')) {
        const [first = ''] = kept[announcement] as string[];
        const sentences = sentencesOf((kept[announcement] as string[]).map((line) => line.trim()).join(' '));
        const indent = /^\s*/.exec(first)?.[0] ?? '';
        kept[announcement] = sentences.length > 1 ? fill(sentences.slice(0, -1).join(' '), indent, indent) : [];
      }
    }
  }
  const lines = withoutEmptySections(kept.flat());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n+$/, '\n');
}

const levelOf = (line: string) => /^(#+) /.exec(line)?.[1]?.length;

function withoutSections(lines: readonly string[], names: RegExp): string[] {
  let gone: number | undefined;
  let isCode = false;
  return lines.filter((line) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const level = isCode ? undefined : levelOf(line);
    if (level !== undefined && (gone === undefined || level <= gone)) {
      const title = proseWithout(line.replace(/^#+ /, ''), names);
      gone = title === undefined ? level : undefined;
    }
    return gone === undefined;
  });
}

/** Removes headings whose sections have become empty. */
function withoutEmptySections(lines: readonly string[]): string[] {
  return lines.filter((line, i) => {
    const level = levelOf(line);
    if (level === undefined) return true;
    const next = lines.slice(i + 1).find((other) => other !== '');
    const nextLevel = next === undefined ? 0 : levelOf(next);
    return nextLevel === undefined || nextLevel > level;
  });
}

/** Fences, tables, items and paragraphs, and the empty lines between them. */
function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let fence: string[] | undefined;
  const isItem = (line: string) => /^\s*([-*]|\d+\.) /.test(line);
  for (const line of lines) {
    const last = blocks.at(-1);
    if (fence) {
      fence.push(line);
      if (/^\s*(```|~~~)\s*$/.test(line)) fence = undefined;
    } else if (/^\s*(```|~~~)/.test(line)) {
      fence = [line];
      blocks.push(fence);
    } else if (line === '' || isItem(line) || levelOf(line) !== undefined || /^\s*<!--/.test(line)) blocks.push([line]);
    else if (last === undefined || last[0] === '' || levelOf(last[0] as string) !== undefined) blocks.push([line]);
    else if (line.startsWith('|') !== (last[0] as string).startsWith('|')) blocks.push([line]);
    else if (/^\s*(```|~~~|<!--)/.test(last[0] as string)) blocks.push([line]);
    else last.push(line);
  }
  return blocks;
}

function blockWithout(block: string[], names: RegExp): string[] {
  const [first = ''] = block;
  if (!names.test(block.join('\n'))) {
    // A name may be broken over two lines.
    if (!names.test(block.map((line) => line.trim()).join(' ')) || first.startsWith('|')) return block;
  }
  if (/^\s*(```|~~~)/.test(first)) return fenceWithout(block, names);
  if (first.startsWith('|')) return tableWithout(block, names);
  const level = levelOf(first);
  if (level !== undefined) return [`${'#'.repeat(level)} ${proseWithout(first.slice(level + 1), names)}`];
  if (/^\s*<!--/.test(first)) return [];
  const [start = ''] = /^\s*(?:(?:[-*]|\d+\.) )?/.exec(first) ?? [];
  const text = block.map((line, i) => (i === 0 ? line.slice(start.length) : line.trim())).join(' ');
  const left = proseWithout(text, names);
  return left === undefined ? [] : fill(left, start, ' '.repeat(start.length));
}

function fenceWithout(block: string[], names: RegExp): string[] {
  const [first = '', ...rest] = block;
  if (names.test(first)) return [];
  const lines = rest.slice(0, -1);
  const logical = lines.join('\n').split(/(?<!\\)\n/);
  const kept = logical.filter((line) => !names.test(line));
  return kept.every((line) => line.trim() === '' || line.trim().startsWith('#'))
    ? []
    : [first, ...kept, rest.at(-1) as string];
}

function tableWithout(rows: readonly string[], names: RegExp): string[] {
  const cells = rows.map((row) => row.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/));
  const [header = []] = cells;
  const gone = new Set(
    header.flatMap((title, i) => (names.test(title) && proseWithout(title.trim(), names) === undefined ? [i] : [])),
  );
  if (gone.has(0)) return [];
  const kept = cells.flatMap((row, i): string[] => {
    const left = row.filter((_, column) => !gone.has(column));
    if (i === 1) return [`|${left.join('|')}|`];
    const texts = left.map((cell) => (names.test(cell) ? proseWithout(cell.trim(), names) : cell));
    if (i > 1 && texts[0] === undefined) return [];
    return [`|${texts.map((cell, column) => (cell === left[column] ? cell : cell ? ` ${cell} ` : ' ')).join('|')}|`];
  });
  return kept.length < 3 ? [] : kept;
}
