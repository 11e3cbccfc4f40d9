import type { StepResult } from './peer.ts';

/**
 * Where a peer does not follow RFC 7541, section 4.2, which has table size updates at the beginning of a block, and more than one there: Go
 * takes one at any place while its table is empty, and refuses a second one at the beginning while it is not.
 */
export function isKnownDifference(peer: string, ours: StepResult, theirs: StepResult): boolean {
  if (peer !== 'Go') return false;
  return ours.error === undefined
    ? theirs.error?.includes('dynamic table size update MUST occur') === true
    : ours.error === 'a table size update after a field' && theirs.error === undefined;
}
