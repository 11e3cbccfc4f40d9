import { markdownTable } from '@example/kit/markdown';
import type { PairResult } from './matrix.ts';

/** A Markdown table of clients and servers, with the reasons of empty cells below it. */
export function resultTable(pairs: readonly PairResult[]): string {
  const servers = [...new Set(pairs.map(({ server }) => server))];
  const clients = [...new Set(pairs.map(({ client }) => client))];
  const rows = clients.map((client) => [
    client,
    ...servers.map((server) => cell(pairs.find((pair) => pair.client === client && pair.server === server))),
  ]);
  const table = markdownTable([['client ＼ server', ...servers], ...rows]);
  const skipped = Object.entries(
    Object.groupBy(
      pairs.filter(({ skipReason }) => skipReason !== undefined),
      ({ client, skipReason }) => `${client}: ${skipReason}`,
    ),
  );
  const notes = skipped.map(([reason, of = []]) => `- ${reason} (${of.map(({ server }) => server).join(', ')})`);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** A line for each case with an unexpected outcome. */
export function failuresOf({ client, server, results }: PairResult): string[] {
  return [...results].flatMap(([mode, { failures }]) =>
    failures.map(({ name, difference }) => `FAILED  ${client} → ${server}, ${mode}: ${name}: ${difference}`),
  );
}

export function passedOf({ results }: PairResult): number {
  return [...results.values()].reduce((sum, { passed }) => sum + passed, 0);
}

function cell(pair: PairResult | undefined): string {
  if (pair === undefined) return '';
  if (pair.skipReason !== undefined) return 'n/a';
  const failed = failuresOf(pair).length;
  return failed === 0 ? `${passedOf(pair)}` : `${failed} failed`;
}
