import type { RawFrame } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import type { ScriptedRequest } from '../client/client-script.ts';
import { encodeFrame } from '../client/encode-frame.ts';
import { type Limits, preface } from '../engine.ts';
import type { Leaving } from '../run/link.ts';

/** What the RFC lets a server do. */
export type Expected =
  /** Nothing in particular, as long as it is HTTP/2. */
  | { readonly outcome: 'anything' }
  /** Every request is seen as it was sent, and answered, as far as windows allow until `late` is said. */
  | {
      readonly outcome: 'answers';
      readonly requests: readonly ScriptedRequest[];
      readonly granted: Granted;
    }
  /** GOAWAY with one of these codes, and the end. */
  | { readonly outcome: 'connection-error'; readonly codes: readonly number[] }
  /** RST_STREAM with one of these codes, and all else goes on. */
  | { readonly outcome: 'stream-error'; readonly streamId: number; readonly codes: readonly number[] }
  /** A response with this status on the stream, and all else goes on. */
  | { readonly outcome: 'status'; readonly streamId: number; readonly status: string };

/** What the server may send before `late` is said, in bytes: altogether, and on the stream of each request. */
interface Granted {
  readonly onAll: number;
  readonly onEach: readonly number[];
}

export interface FuzzCase {
  /** For people: the kind, and what is wrong with it. */
  readonly name: string;
  /** What the server reads, piece by piece. */
  readonly chunks: readonly Buffer[];
  /** What it reads when it has had its say. */
  readonly late: Buffer;
  /** How many frames that is. */
  readonly frames: number;
  readonly expected: Expected;
  /** Whether the client takes what it is told late. */
  readonly isSlow: boolean;
  readonly leaving: Leaving;
  /** Those of the connection that are not as the run has them. */
  readonly limits: Partial<Limits>;
}

type Particulars = Pick<FuzzCase, 'name'> & Partial<FuzzCase>;

/** A case of what a client says, cut into chunks at random. */
export function caseOf(pieces: readonly Buffer[], random: Random, particulars: Particulars): FuzzCase {
  return {
    chunks: cut(pieces, random),
    late: Buffer.alloc(0),
    frames: pieces.length,
    expected: { outcome: 'anything' },
    isSlow: random.chance(0.2),
    leaving: random.chance(0.8) ? 'ends' : 'vanishes',
    limits: {},
    ...particulars,
  };
}

/** A case of the preface and these frames. */
export function caseOfFrames(frames: readonly RawFrame[], random: Random, particulars: Particulars): FuzzCase {
  return caseOf([preface, ...frames.map((frame) => encodeFrame(frame))], random, particulars);
}

/** Joins and cuts what a client says as a network might. @param pieces the preface and each frame */
function cut(pieces: readonly Buffer[], random: Random): Buffer[] {
  const whole = Buffer.concat(pieces);
  const way = random.between(0, 9);
  if (way < 5) return [whole];
  if (way < 7) return [...pieces];
  const longest = way < 9 ? 1_500 : 20;
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const end = at + random.between(1, longest);
    chunks.push(whole.subarray(at, end));
    at = end;
  }
  return chunks;
}
