import type { Check } from '../rehearsal.ts';
import { preparePeers } from './peer.ts';
import { type PairOutcome, playSkew } from './play-skew.ts';

/**
 * Clients of every version call servers of every version in every language. The results are compared with the
 * descriptor sets of the two versions.
 */
export const skewCheck = (versions: 'all' | 'first and newest'): Check => ({
  name: `clients and servers of ${versions === 'all' ? 'every version' : 'the first and the newest version'}`,
  async show(rehearsal) {
    const { releases } = rehearsal;
    const chosen = versions === 'all' ? releases : releases.filter((_, i) => i === 0 || i === releases.length - 1);
    const pairs = await playSkew(await preparePeers(rehearsal, chosen), rehearsal);
    const differences = pairs.flatMap((pair) => pair.differences);
    const table = tableOf(pairs);
    if (differences.length > 0) throw new Error([...differences, table].join('\n'));
    const calls = pairs.reduce((sum, { succeeded, unimplemented }) => sum + succeeded + unimplemented, 0);
    return `${pairs.length} pairs, ${calls} calls, each with the result that the descriptor sets require\n\n${table}\n`;
  },
});

/** A row for each client, a column for each server. */
function tableOf(pairs: readonly PairOutcome[]): string {
  const names = [...new Set(pairs.map(({ client }) => client))];
  const rows = names.map((name) => [name, ...pairs.filter(({ client }) => client === name).map(cellOf)]);
  return [['client ↓ server →', ...names], names.map(() => '---').concat('---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cellOf({ succeeded, unimplemented, differences }: PairOutcome): string {
  const missing = unimplemented > 0 ? [`${unimplemented} UNIMPLEMENTED`] : [];
  const wrong = differences.length > 0 ? [`${differences.length} WRONG`] : [];
  return [`${succeeded} OK`, ...missing, ...wrong].join(', ');
}
