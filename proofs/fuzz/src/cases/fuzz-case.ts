import type { Limits } from '@example/http2';
import type { RawFrame } from '@example/http2/testing';
import { preface } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import type { ScriptedRequest } from '../generate/client-script.ts';
import { encodeFrame } from '../generate/encode-frame.ts';

/** How the client disconnects: it `ends` its side of the socket, or `vanishes` without an end. */
export type Leaving = 'ends' | 'vanishes';

/** The outcome that the RFC requires. */
export type Expected =
  /** No particular outcome, but the server's output must be valid HTTP/2. */
  | { readonly outcome: 'anything' }
  /**
   * The server receives every request as it was sent, and responds to it. Before `late` is sent, it can respond only as
   * far as the windows allow.
   */
  | {
      readonly outcome: 'responses';
      readonly requests: readonly ScriptedRequest[];
      readonly windows: Windows;
    }
  /** GOAWAY with one of these codes, and the end of the connection. */
  | { readonly outcome: 'connection-error'; readonly codes: readonly number[] }
  /** RST_STREAM with one of these codes. The connection continues. */
  | { readonly outcome: 'stream-error'; readonly streamId: number; readonly codes: readonly number[] }
  /** A response with this status on the stream. The connection continues. */
  | { readonly outcome: 'status'; readonly streamId: number; readonly status: string };

/** The bytes of DATA that the server may send before `late`: on the connection, and on the stream of each request. */
interface Windows {
  readonly connection: number;
  readonly streams: readonly number[];
}

export interface FuzzCase {
  /** The kind of case or the violation, for people. */
  readonly name: string;
  /** The bytes that the client sends. Each chunk is one read of the server. */
  readonly chunks: readonly Buffer[];
  /** Sent when the server has become quiet. */
  readonly late: Buffer;
  /** The number of frames sent. */
  readonly frames: number;
  readonly expected: Expected;
  /** Whether the client reads with a delay. */
  readonly isSlow: boolean;
  readonly leaving: Leaving;
  /** Limits of the connection that differ from those of other cases. */
  readonly limits: Partial<Limits>;
}

type CaseOptions = Pick<FuzzCase, 'name'> & Partial<FuzzCase>;

/** Builds a case from bytes, cut into chunks at random. @param pieces the preface and each frame */
export function buildCase(pieces: readonly Buffer[], random: Random, options: CaseOptions): FuzzCase {
  return {
    chunks: cut(pieces, random),
    late: Buffer.alloc(0),
    frames: pieces.length,
    expected: { outcome: 'anything' },
    isSlow: random.chance(0.2),
    leaving: random.chance(0.8) ? 'ends' : 'vanishes',
    limits: {},
    ...options,
  };
}

/** Builds a case from the preface and frames. */
export function buildCaseOfFrames(frames: readonly RawFrame[], random: Random, options: CaseOptions): FuzzCase {
  return buildCase([preface, ...frames.map((frame) => encodeFrame(frame))], random, options);
}

/** Joins and cuts pieces as a network might. */
export function cut(pieces: readonly Buffer[], random: Random): Buffer[] {
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
