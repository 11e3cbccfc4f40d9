import type { Random } from '@example/kit/random';
import { encodeFrame } from '../client/encode-frame.ts';
import { validScript } from '../client/valid-script.ts';
import { caseOfFrames, type FuzzCase } from './fuzz-case.ts';

/** A connection that breaks no rule. */
export function validCase(random: Random): FuzzCase {
  const script = validScript(random, { moves: 80, dataBudget: random.chance(0.8) ? 60_000 : 400_000 });
  const { requests, grantedBytes } = script;
  const limits = requests.map((request) => request.largestWindow + request.grantedBytes);
  const frames = [...script.frames];
  script.openWindows();
  const late = Buffer.concat(script.frames.slice(frames.length).map((frame) => encodeFrame(frame)));
  const granted = { onAll: grantedBytes, onEach: limits };
  return caseOfFrames(frames, random, { name: 'valid', late, expected: { outcome: 'answers', requests, granted } });
}
