import { withoutPackages } from './lockfile.ts';

/** This command. A repository that has been renamed does not need it. */
const command = 'start-your-own';

/** The folders and pages of this command. */
export function isOfThisCommand(path: string): boolean {
  return /^(tools\/start-your-own|proofs\/own-names)(\/|$)/.test(path) || path === `docs/guides/${command}.md`;
}

/** Removes statements about this command, and calls of it. */
export function withoutThisCommand(path: string, text: string): string {
  if (path === 'package.json') {
    const manifest = JSON.parse(text) as Record<'scripts' | 'devDependencies', Record<string, string>>;
    delete manifest.scripts[command];
    for (const name of Object.keys(manifest.devDependencies)) {
      if (/^@[^/]+\/(start-your-own|own-names)$/.test(name)) delete manifest.devDependencies[name];
    }
    return `${JSON.stringify(manifest, undefined, 2)}\n`;
  }
  if (path === 'pnpm-lock.yaml') return withoutPackages(text, isOfThisCommand);
  if (path === 'scripts/run.ts') return text.replace(/^ {2}'start-your-own[^']*': \{\n(?: {4}.*\n)+ {2}\},\n/gm, '');
  if (path === 'tools/check/src/imports/import-rules.ts') return text.replace(/, 'start-your-own'(?=[\],])/, '');
  return path.endsWith('.md') ? withoutParagraphs(text, command) : text;
}

/** Removes paragraphs, list items and rows of tables that contain a name. */
export function withoutParagraphs(text: string, name: string): string {
  return text
    .split(/(?<=\n)(?=\n)|(?<=\n)(?=[-|] )/)
    .filter((part) => !part.includes(name))
    .join('');
}
