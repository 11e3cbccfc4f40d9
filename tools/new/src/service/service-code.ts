import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaveOut } from '../code/leave-out.ts';
import type { Template } from '../template.ts';
import { leaveOutOfComments } from '../text/comments.ts';
import { mentionsField, mentionsVersion } from '../text/mentions.ts';
import { renameCode, renamePath } from '../text/rename.ts';
import type { Resource } from '../text/resource-name.ts';
import { wrapComments } from '../text/wrap-comments.ts';

/** Files about the history of the template's data, which a new service does not have. */
const ofHistory = /(^|\/)(migrations\.test|fingerprints\.test)\.ts$|(^|\/)domain\/index\.ts$/;

/** Names that tests give their resources. */
const sampleNames: Readonly<Record<string, string>> = {
  saoirse: 'sample',
  Saoirse: 'Sample',
  Síle: 'Other',
  Aoife: 'First',
  Niamh: 'Other',
};

/**
 * The TypeScript of a new service: the code of the template, without its own fields, older versions and history.
 *
 * @returns the contents by path from the root
 */
export function serviceCode(root: string, template: Template, to: Resource): Map<string, string> {
  const { folder, resource, olderVersions } = template;
  const ofOlderVersion = new RegExp(`-(${olderVersions.join('|') || 'none'})[.-]`);
  const paths = globSync('src/**/*.ts', { cwd: join(root, folder) }).filter(
    (path) => !ofHistory.test(path) && !ofOlderVersion.test(path),
  );
  return new Map(
    paths.map((path) => {
      const source = readFileSync(join(root, folder, path), 'utf8');
      const newPath = withoutVersion(renamePath(path, resource, to), template.version);
      return [join(newFolder(to), newPath), codeOf(source, template, to)];
    }),
  );
}

/** The folder of the new package. */
export function newFolder(to: Resource): string {
  return `packages/${to.one.kebab}-service`;
}

function codeOf(source: string, template: Template, to: Resource): string {
  const { ownFields, olderVersions, resource, version, idPrefix } = template;
  const mentionsOwn = mentionsField(ownFields);
  const mentionsOlder = mentionsVersion(olderVersions);
  const isLeftOut = (text: string, isName: boolean) => mentionsOwn(text) || mentionsOlder(text, isName);
  const isOfHistory = (clause: string) => isLeftOut(clause, false) || /\d\.\d\.\d/.test(clause);
  const shorter = leaveOutOfComments(leaveOut(withoutHistory(source, mentionsOwn), isLeftOut), isOfHistory);
  const renamed = renameCode(withoutVersion(shorter, version), resource, to);
  const sampled = renamed.replaceAll(/Saoirse|saoirse|Síle|Aoife|Niamh/g, (name) => sampleNames[name] ?? name);
  return wrapComments(
    sampled.replaceAll(new RegExp(`(?<![a-z])${idPrefix}(?=-)`, 'gi'), (prefix) =>
      prefix === idPrefix ? to.one.kebab : to.one.kebab.toUpperCase(),
    ),
  );
}

/**
 * Removes the version from names, because the names in a service with one version do not include it: `UsersV2` becomes
 * `Users`.
 */
function withoutVersion(text: string, version: string): string {
  const upper = version.toUpperCase();
  return text
    .replaceAll(new RegExp(`\\b${upper}\\b`, 'g'), 'V1')
    .replaceAll(new RegExp(`(?<=[A-Za-z])${upper}(?![a-z\\d])`, 'g'), '')
    .replaceAll(new RegExp(`-${version}(?=[.'-])`, 'g'), '')
    .replaceAll(new RegExp(`\\b${version}\\b`, 'g'), 'v1');
}

/** A new service starts with empty stores, and with one migration that creates its table. */
function withoutHistory(source: string, mentionsOwn: (text: string) => boolean): string {
  const isMigrations = /^export const \w+: readonly Migration\[\] = \[$/m.test(source);
  const emptied = source.replace(/^(const seeds: readonly \w+\[\]) = \[[\s\S]*?\n\];/m, '$1 = [];');
  if (!isMigrations) return emptied;
  const [table = ''] = /CREATE TABLE[\s\S]*?\n {6}\)[^;\n]*;\n/.exec(source) ?? [];
  const [, name] = /name: ('[^']+')/.exec(source) ?? [];
  const [keys = ''] = /\w+IdempotencyKeysMigration/.exec(source) ?? [];
  const columns = table.split('\n').filter((line) => !mentionsOwn(line));
  const timeType = keys.startsWith('postgres') ? 'BIGINT' : 'INTEGER';
  const hasTime = table.includes('create_time_ms');
  const created = columns
    .map((line, index) => {
      const isLast = /^ {6}\)/.test(columns[index + 1] ?? '');
      return isLast && !hasTime ? `${line.replace(/,$/, '')},\n        create_time_ms ${timeType} NOT NULL` : line;
    })
    .join('\n')
    .replace(/ \(START WITH \d+\)/, '');
  const [head = ''] = source.split(/(?<=^export const \w+: readonly Migration\[\] = \[\n)/m);
  return `${head}  {\n    name: ${name},\n    sql: \`\n      ${created}    \`,\n  },\n  ${keys},\n];\n`;
}
