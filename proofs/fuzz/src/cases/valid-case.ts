import type { Random } from '@example/kit/random';
import { encodeFrame } from '../generate/encode-frame.ts';
import { validScript } from '../generate/valid-script.ts';
import { buildCaseOfFrames, type FuzzCase } from './fuzz-case.ts';

/** A connection without violations. */
export function validCase(random: Random): FuzzCase {
  const script = validScript(random, { moves: 80, dataBudget: random.chance(0.8) ? 60_000 : 400_000 });
  const { requests } = script;
  const windows = {
    connection: script.grantedBytes,
    streams: requests.map((request) => request.largestWindow + request.grantedBytes),
  };
  const frames = [...script.frames];
  script.openWindows();
  const late = Buffer.concat(script.frames.slice(frames.length).map((frame) => encodeFrame(frame)));
  return buildCaseOfFrames(frames, random, {
    name: 'valid',
    late,
    expected: { outcome: 'responses', requests, windows },
  });
}
