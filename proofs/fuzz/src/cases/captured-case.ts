import type { Random } from '@example/kit/random';
import { captures } from '../captures/captures.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { mutate } from './mutated-case.ts';

/** What a real client said, with a few things changed in it. */
export function capturedCase(random: Random): FuzzCase {
  const { client, frames } = random.pick(captures);
  return mutate(`mutated ${client}`, frames, random);
}
