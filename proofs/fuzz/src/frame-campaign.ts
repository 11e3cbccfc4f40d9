import { serveConnection } from '@example/http2';
import { Random } from '@example/kit/random';
import type { FuzzCase } from './cases/fuzz-case.ts';
import { randomCase } from './cases/random-case.ts';
import { compareWithNode } from './run/compare-with-node.ts';
import type { Link } from './run/link.ts';
import { MemoryLink } from './run/memory-link.ts';
import type { Engine } from './run/observed-server.ts';
import { runCase } from './run/run-case.ts';
import { Loopback } from './run/tcp-link.ts';

/** One case in this many runs over TCP. The others run within the process. */
const casesPerLoopbackCase = 50;
/** One case in this many is also played to node:http2, if it is valid. */
const casesPerNodeCase = 4;
/** The largest case for node:http2, in bytes: Node reopens its windows only when the test reads the data. */
const maxNodeBytes = 60_000;

export const http2: Engine = { serveConnection };

export interface FrameCampaign {
  /** The implementation under test. Default: @example/http2. */
  readonly engine?: Engine;
  readonly seed: number;
  /** The number of frames to play, at least. */
  readonly frames: number;
  /** Called before each case, with its index and the frames played so far. */
  readonly onCase?: (index: number, frames: number) => void;
}

export interface FrameFindings {
  readonly frames: number;
  readonly cases: number;
  readonly loopbackCases: number;
  readonly nodeCases: number;
  /** The case that failed and ended the campaign. */
  readonly fault:
    | { readonly index: number; readonly fuzzCase: FuzzCase; readonly faults: readonly string[] }
    | undefined;
}

/** Plays random cases until there are enough frames, or a case fails. */
export async function fuzzFrames(campaign: FrameCampaign): Promise<FrameFindings> {
  const { engine = http2, seed, onCase } = campaign;
  const loopback = await Loopback.open();
  const counts = { frames: 0, cases: 0, loopbackCases: 0, nodeCases: 0 };
  try {
    for (let index = 0; counts.frames < campaign.frames; index++) {
      onCase?.(index, counts.frames);
      const fuzzCase = caseAt(seed, index);
      const isOnLoopback = index % casesPerLoopbackCase === 0;
      const link: Link = isOnLoopback ? await loopback.connect() : new MemoryLink(fuzzCase.isSlow);
      const faults = await runCase(engine, fuzzCase, link);
      counts.cases++;
      counts.frames += fuzzCase.frames;
      if (isOnLoopback) counts.loopbackCases++;
      if (index % casesPerNodeCase === 0 && isForNode(fuzzCase)) {
        counts.nodeCases++;
        faults.push(...(await compareWithNode(fuzzCase)));
      }
      if (faults.length > 0) return { ...counts, fault: { index, fuzzCase, faults } };
    }
    return { ...counts, fault: undefined };
  } finally {
    loopback.close();
  }
}

/** @returns case `index` of the campaign with this seed */
export function caseAt(seed: number, index: number): FuzzCase {
  return randomCase(Random.ofCase(seed, index));
}

function isForNode({ expected, chunks }: FuzzCase): boolean {
  return expected.outcome === 'responses' && chunks.reduce((sum, chunk) => sum + chunk.length, 0) < maxNodeBytes;
}
