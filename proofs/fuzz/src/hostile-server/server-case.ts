import type { Random } from '@example/kit/random';
import { cut, type Leaving } from '../cases/fuzz-case.ts';
import { encodeFrame } from '../generate/encode-frame.ts';
import { mutatedFrames, randomFrame } from '../generate/mutate-frames.ts';
import { type ScriptedResponse, ServerScript } from './server-script.ts';

/** The data that a server sends to a client that has sent some requests. */
export interface ServerCase {
  /** The number of requests. */
  readonly requests: number;
  /** Each chunk is one read of the client. */
  readonly chunks: readonly Buffer[];
  readonly frames: number;
  /** The responses of a valid server. With an invalid server, the client must only survive. */
  readonly responses: readonly ScriptedResponse[] | undefined;
  /** Whether the server reads with a delay. */
  readonly isSlow: boolean;
  readonly leaving: Leaving;
}

/** A case with a valid server, a server with a few faults, or noise. */
export function serverCase(random: Random): ServerCase {
  const requests = random.between(1, 8);
  const script = new ServerScript(random, requests);
  const kind = random.between(1, 100);
  const valid = script.frames.map((frame) => encodeFrame(frame));
  const pieces = kind <= 30 ? valid : kind <= 80 ? mutatedFrames(script.frames, random) : noise(random, valid);
  return {
    requests,
    chunks: cut(pieces, random),
    frames: pieces.length,
    responses: kind <= 30 ? script.responses : undefined,
    isSlow: random.chance(0.2),
    leaving: random.chance(0.8) ? 'ends' : 'vanishes',
  };
}

/** Random frames after the first frames of a valid server. */
function noise(random: Random, valid: readonly Buffer[]): Buffer[] {
  const frames = Array.from({ length: random.between(1, 60) }, () => encodeFrame(randomFrame(random)));
  return [...valid.slice(0, random.between(0, valid.length)), ...frames];
}
