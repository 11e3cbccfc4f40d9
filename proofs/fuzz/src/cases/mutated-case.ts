import { preface } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { encodeFrame } from '../generate/encode-frame.ts';
import { cutShort, mutatedFrames, randomFrame } from '../generate/mutate-frames.ts';
import { validScript } from '../generate/valid-script.ts';
import { buildCase, type FuzzCase } from './fuzz-case.ts';

/** A valid connection with a few random changes. */
export function mutatedCase(random: Random): FuzzCase {
  const script = validScript(random, { moves: 80 });
  script.openWindows();
  const pieces = [preface, ...mutatedFrames(script.frames, random)];
  if (random.chance(0.1)) pieces.length = random.between(1, pieces.length);
  if (random.chance(0.1)) pieces.push(cutShort(pieces.pop() as Buffer, random));
  return buildCase(pieces, random, { name: 'mutated' });
}

/** Random frames: any type, flags, stream and payload. */
export function noiseCase(random: Random): FuzzCase {
  const frames = Array.from({ length: random.between(1, 60) }, () => randomFrame(random));
  const first = { type: 4, flags: 0, streamId: 0, payload: Buffer.alloc(0) };
  const pieces = random.chance(0.95)
    ? [preface, encodeFrame(first), ...frames.map((frame) => encodeFrame(frame))]
    : [random.bytes(random.between(1, 300))];
  return buildCase(pieces, random, { name: 'noise' });
}
