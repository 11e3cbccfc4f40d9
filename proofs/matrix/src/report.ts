import type { PairResult } from './matrix.ts';

/** A Markdown table: a row for each client, a column for each server, and below it why some cells are empty. */
export function tableOf(results: readonly PairResult[]): string {
  const names = (of: (result: PairResult) => string) => [...new Set(results.map(of))];
  const servers = names(({ server }) => server);
  const rows = names(({ client }) => client).map((client) => [
    client,
    ...servers.map((server) => cell(results.find((result) => result.client === client && result.server === server))),
  ]);
  const table = [['client ＼ server', ...servers], servers.concat('').map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  const reasons = new Map<string, string[]>();
  for (const { client, server, whyNot } of results) {
    if (whyNot === undefined) continue;
    reasons.set(`${client}: ${whyNot}`, [...(reasons.get(`${client}: ${whyNot}`) ?? []), server]);
  }
  const notes = [...reasons].map(([reason, of]) => `- ${reason} (${of.join(', ')})`);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** One line for each case that came to something else than it must. */
export function failuresOf({ client, server, scores }: PairResult): string[] {
  return [...scores].flatMap(([mode, { failures }]) =>
    failures.map(({ name, difference }) => `FAILED  ${client} → ${server}, ${mode}: ${name}: ${difference}`),
  );
}

export function passedOf({ scores }: PairResult): number {
  return [...scores.values()].reduce((sum, { passed }) => sum + passed, 0);
}

function cell(result: PairResult | undefined): string {
  if (result === undefined) return '';
  if (result.whyNot !== undefined) return 'n/a';
  const failed = failuresOf(result).length;
  return failed === 0 ? `${passedOf(result)}` : `${failed} failed`;
}
