import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wideLines } from './line-width.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'width-'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A text with this many columns, some of them umlauts. */
function words(columns: number): string {
  return 'wörd '
    .repeat(columns / 5 + 1)
    .slice(0, columns - 1)
    .concat('.');
}

function wide(path: string, text: string): string[] {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return wideLines(folder);
}

it.each([
  ['one.ts', `/** ${words(118)} */`],
  ['one.ts', `/**\n * ${words(118)}\n */`],
  ['one.ts', `const one = 1; // ${words(106)}`],
  ['docs/one.md', words(121)],
  ['docs/one.md', `- ${words(119)}`],
  ['one.go', `// ${words(118)}`],
  ['one.py', `    # ${words(115)}`],
  ['one.yaml', `# ${words(119)}`],
])('finds a line that is too long in %s: %s', (path, text) => {
  expect(wide(path, `${text}\n`)).toEqual([expect.stringMatching(new RegExp(`^${path}:\\d: \\d+ columns, not 120$`))]);
});

it.each([
  ['one.ts', `// ${words(117)}`],
  ['one.ts', `const one = '${words(200)}';`],
  ['one.ts', `const one = 'http://one // ${words(200)}';`],
  ['one.ts', `// See https://example.org/${'x'.repeat(120)}`],
  ['gen/one.ts', `// ${words(200)}`],
  ['releases/1.0.0/one.md', words(200)],
  ['docs/one.md', `| ${words(200)} |`],
  ['docs/one.md', `\`\`\`\n${words(200)}\n\`\`\``],
])('lets through in %s: %s', (path, text) => {
  expect(wide(path, `${text}\n`)).toEqual([]);
});

it('does not read files that Git ignores', () => {
  writeFileSync(join(folder, '.gitignore'), 'one.md\n');
  expect(wide('one.md', words(200))).toEqual([]);
});
