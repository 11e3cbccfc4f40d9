import { checkNames } from './checks.ts';
import type { ClientResult } from './play-client.ts';

/** A Markdown table: a row for each client, a column for each check. */
export function tableOf(results: readonly ClientResult[]): string {
  const rows = results.map(({ client, leftOut, errors }) => [
    client.name,
    ...checkNames.map((name) => {
      if (leftOut !== undefined) return 'left out';
      if (client.ability?.without?.includes(name)) return '–';
      return errors.get(name) === undefined ? (client.otherwise?.[name] ?? 'passed') : 'FAILED';
    }),
  ]);
  return [['', ...checkNames], ['', ...checkNames].map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
