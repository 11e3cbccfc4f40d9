import type { Check } from '../rehearsal/rehearsal.ts';
import { preparePeers } from './peer.ts';
import { type PairOutcome, playSkew } from './play-skew.ts';

/** Clients of every version against servers of every version in every language, compared with what their descriptor sets say. */
export const skewCheck: Check = {
  name: 'clients and servers of every version',
  async show(rehearsal) {
    const pairs = await playSkew(await preparePeers(rehearsal), rehearsal);
    const differences = pairs.flatMap((pair) => pair.differences);
    const table = tableOf(pairs);
    if (differences.length > 0) throw new Error([...differences, table].join('\n'));
    const calls = pairs.reduce((sum, { answered, unimplemented }) => sum + answered + unimplemented, 0);
    return `${pairs.length} pairs, ${calls} calls, each as the descriptors say\n\n${table}\n`;
  },
};

/** A row for each client, a column for each server. */
function tableOf(pairs: readonly PairOutcome[]): string {
  const names = [...new Set(pairs.map(({ client }) => client))];
  const rows = names.map((name) => [name, ...pairs.filter(({ client }) => client === name).map(cellOf)]);
  return [['client ↓ server →', ...names], names.map(() => '---').concat('---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cellOf({ answered, unimplemented, differences }: PairOutcome): string {
  const missing = unimplemented > 0 ? [`${unimplemented} UNIMPLEMENTED`] : [];
  const wrong = differences.length > 0 ? [`${differences.length} WRONG`] : [];
  return [`${answered} OK`, ...missing, ...wrong].join(', ');
}
