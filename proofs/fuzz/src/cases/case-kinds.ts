import type { Random } from '@example/kit/random';
import { capturedCase } from './captured-case.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { mutatedCase, noiseCase } from './mutated-case.ts';
import { validCase } from './valid-case.ts';
import { excessCase, violationCase } from './violation-case.ts';

/** How many of 100 cases are of each kind. */
const kinds: readonly (readonly [share: number, make: (random: Random) => FuzzCase])[] = [
  [15, validCase],
  [25, violationCase],
  [5, excessCase],
  [25, mutatedCase],
  [15, capturedCase],
  [15, noiseCase],
];

export function randomCase(random: Random): FuzzCase {
  let left = random.between(1, 100);
  for (const [share, make] of kinds) {
    left -= share;
    if (left <= 0) return make(random);
  }
  throw new Error('the shares are not 100 together');
}
