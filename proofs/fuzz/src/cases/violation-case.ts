import type { Random } from '@example/kit/random';
import { validScript } from '../client/valid-script.ts';
import { caseOfFrames, type FuzzCase } from './fuzz-case.ts';
import { limitViolations, tightLimits } from './limit-violations.ts';
import { messageViolations } from './message-violations.ts';
import { frameViolations } from './violations.ts';

const violations = Object.entries({ ...frameViolations, ...messageViolations });
const excesses = Object.entries(limitViolations);

/** A connection that is right until it breaks one rule, or is right but too much. */
export function violationCase(random: Random): FuzzCase {
  const [name, violate] = random.pick(violations);
  const script = validScript(random, { moves: 20 });
  script.openWindows();
  const expected = violate(script, random);
  if (random.chance(0.5)) script.request();
  return caseOfFrames(script.frames, random, { name, expected });
}

/** A connection that breaks one of the server's limits. */
export function excessCase(random: Random): FuzzCase {
  const [name, exceed] = random.pick(excesses);
  const script = validScript(random, { moves: 3 });
  script.openWindows();
  const expected = exceed(script, random);
  return caseOfFrames(script.frames, random, { name, expected, limits: tightLimits });
}
