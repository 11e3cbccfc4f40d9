import type { Random } from '@example/kit/random';
import { validScript } from '../generate/valid-script.ts';
import { frameViolations } from './frame-violations.ts';
import { buildCaseOfFrames, type FuzzCase } from './fuzz-case.ts';
import { limitViolations, tightLimits } from './limit-violations.ts';
import { messageViolations } from './message-violations.ts';

const violations = Object.entries({ ...frameViolations, ...messageViolations });
const limitCases = Object.entries(limitViolations);

/** A connection that is valid until it violates one rule. */
export function violationCase(random: Random): FuzzCase {
  const [name, violate] = random.pick(violations);
  const script = validScript(random, { moves: 20 });
  script.openWindows();
  const expected = violate(script, random);
  if (random.chance(0.5)) script.request();
  return buildCaseOfFrames(script.frames, random, { name, expected });
}

/** A connection that exceeds one limit of the server. */
export function limitCase(random: Random): FuzzCase {
  const [name, violateLimit] = random.pick(limitCases);
  const script = validScript(random, { moves: 3 });
  script.openWindows();
  const expected = violateLimit(script, random);
  return buildCaseOfFrames(script.frames, random, { name, expected, limits: tightLimits });
}
