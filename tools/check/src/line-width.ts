import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The last column of a comment and of prose. */
const width = 120;

const notChecked = /(^|\/)(gen|releases|patches|node_modules)\//;

/** Selects the lines of a file to check, by its extension. */
const checkedLines: Readonly<Record<string, (lines: readonly string[]) => boolean[]>> = {
  '.ts': comments('//'),
  '.js': comments('//'),
  '.go': comments('//'),
  '.proto': comments('//'),
  '.jsonc': comments('//'),
  '.py': comments('#'),
  '.sh': comments('#'),
  '.yaml': comments('#'),
  '.md': prose,
};

/**
 * Finds comments and prose that go past the last column. Exempt are strings, tables, code blocks, and lines that only a
 * URL makes long.
 *
 * @param repository the root of a Git repository; files that it ignores are not read
 * @returns a line for each, with its file and number
 */
export function wideLines(repository: string): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split(
    '\0',
  );
  return files.flatMap((file) => {
    const check = checkedLines[extname(file)];
    if (check === undefined || notChecked.test(file) || !existsSync(join(repository, file))) return [];
    const lines = readFileSync(join(repository, file), 'utf8').split('\n');
    const isChecked = check(lines);
    return lines.flatMap((line, index) =>
      isChecked[index] && widthOf(line) > width ? [`${file}:${index + 1}: ${widthOf(line)} columns, not ${width}`] : [],
    );
  });
}

/** The width in columns: code points, but 3 for a URL, which cannot be broken. */
function widthOf(line: string): number {
  return [...line.replace(/https?:\/\/[^\s)>\]]+/g, 'URL')].length;
}

/** Selects the lines that are a comment or end in a comment. */
function comments(mark: '//' | '#'): (lines: readonly string[]) => boolean[] {
  const isComment = new RegExp(`^\\s*(${mark}|/?\\*)`);
  const endsInComment = new RegExp(`[\\s;,{}()]${mark} [^'"\`]*$`);
  return (lines) => lines.map((line) => isComment.test(line) || endsInComment.test(line));
}

/** Lines of Markdown outside code blocks and tables. */
function prose(lines: readonly string[]): boolean[] {
  let isCode = false;
  return lines.map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    return !isCode && !isFence && !/^\s*\|/.test(line);
  });
}
