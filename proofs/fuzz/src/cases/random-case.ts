import type { Random } from '@example/kit/random';
import type { FuzzCase } from './fuzz-case.ts';
import { mutatedCase, noiseCase } from './mutated-case.ts';
import { validCase } from './valid-case.ts';
import { limitCase, violationCase } from './violation-case.ts';

/** The share of each kind of case, in percent. */
const kinds: readonly (readonly [share: number, make: (random: Random) => FuzzCase])[] = [
  [20, validCase],
  [30, violationCase],
  [5, limitCase],
  [30, mutatedCase],
  [15, noiseCase],
];

export function randomCase(random: Random): FuzzCase {
  let left = random.between(1, 100);
  for (const [share, make] of kinds) {
    left -= share;
    if (left <= 0) return make(random);
  }
  throw new Error('the shares do not add up to 100');
}
