import { expect, it } from 'vitest';
import { wrapLines } from './wrap-lines.ts';

const word = (length: number) => 'w'.repeat(length);
const long = `${word(60)} ${word(59)}`;

it.each<[what: string, path: string, before: string, after: string]>([
  ['a comment', 'a.ts', `  // ${long}`, `  // ${word(60)}\n  // ${word(59)}`],
  ['a comment of Python', 'a.py', `# ${long}`, `# ${word(60)}\n# ${word(59)}`],
  ['a comment that goes on', 'a.go', `// ${long}\n// then`, `// ${word(60)}\n// ${word(59)} then`],
  ['the end of a paragraph', 'a.go', `// ${long}\n//\n// then`, `// ${word(60)}\n// ${word(59)}\n//\n// then`],
  ['a tag', 'a.ts', ` * @param ${long}\n * @returns`, ` * @param ${word(60)}\n *   ${word(59)}\n * @returns`],
  ['a doc comment on one line', 'a.ts', `/** ${long} */`, `/**\n * ${word(60)}\n * ${word(59)}\n */`],
  ['code and a comment', 'a.ts', `  f(); // ${word(120)}`, `  // ${word(120)}\n  f();`],
  ['a docstring', 'a.py', `  """${long} x."""`, `  """${word(60)}\n  ${word(59)} x.\n  """`],
  ['the end of a docstring', 'a.py', `"""${word(60)} ${word(54)}."""`, `"""${word(60)}\n${word(54)}.\n"""`],
  ['the start of a docstring', 'a.py', `"""${long}\n\nthen`, `"""${word(60)}\n${word(59)}\n\nthen`],
  ['prose', 'a.md', `${long} x\nthen`, `${word(60)} ${word(59)}\nx then`],
  ['a list item', 'a.md', `- ${long}\n- next`, `- ${word(60)}\n  ${word(59)}\n- next`],
  ['a numbered item that goes on', 'a.md', `1. ${long}\n   then`, `1. ${word(60)}\n   ${word(59)} then`],
])('%s is wrapped', (_, path, before, after) => {
  expect(wrapLines(path, before)).toBe(after);
});

it.each<[what: string, path: string, text: string]>([
  ['a string', 'a.ts', `const a = '${long}';`],
  ['a table', 'a.md', `| ${long} |`],
  ['code in prose', 'a.md', `\`\`\`sh\n${long} x\n\`\`\``],
  ['a long address', 'a.md', `see [this](https://a.test/${word(120)}) now`],
  ['a file of another kind', 'a.json', `// ${long}`],
  ['a comment that fits', 'a.ts', `// ${word(60)} ${word(56)}`],
])('%s stays', (_, path, text) => {
  expect(wrapLines(path, text)).toBe(text);
});
