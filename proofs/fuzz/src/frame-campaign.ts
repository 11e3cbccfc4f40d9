import { Random } from '@example/kit/random';
import { randomCase } from './cases/case-kinds.ts';
import type { FuzzCase } from './cases/fuzz-case.ts';
import { compareWithNode } from './differential.ts';
import type { Engine } from './engine.ts';
import type { Link } from './run/link.ts';
import { MemoryLink } from './run/memory-link.ts';
import { runCase } from './run/run-case.ts';
import { Loopback } from './run/tcp-link.ts';

/** One case of so many is played over the loopback, or to node:http2 too when it breaks no rule. */
const perLoopbackCase = 50;
const perNodeCase = 4;
/** DATA that node:http2 takes before it has given any back, with what goes with it, in bytes. */
const nodeBytes = 60_000;

export interface FrameCampaign {
  readonly engine: Engine;
  readonly seed: number;
  /** How many to play at least. */
  readonly frames: number;
  /** Told before each case. */
  readonly onCase?: (index: number, frames: number) => void;
}

export interface FrameFindings {
  readonly frames: number;
  readonly cases: number;
  /** Of them, those over the loopback, and those that node:http2 was given too. */
  readonly loopbackCases: number;
  readonly nodeCases: number;
  /** The case that went wrong, with which the campaign ended. */
  readonly fault:
    | { readonly index: number; readonly fuzzCase: FuzzCase; readonly faults: readonly string[] }
    | undefined;
}

/** Plays cases until there were enough frames, or one goes wrong. */
export async function fuzzFrames({ engine, seed, frames: wanted, onCase }: FrameCampaign): Promise<FrameFindings> {
  const loopback = await Loopback.open();
  const counts = { frames: 0, cases: 0, loopbackCases: 0, nodeCases: 0 };
  try {
    for (let index = 0; counts.frames < wanted; index++) {
      onCase?.(index, counts.frames);
      const fuzzCase = caseAt(seed, index);
      const isOnLoopback = index % perLoopbackCase === 0;
      const link: Link = isOnLoopback ? await loopback.connect() : new MemoryLink(fuzzCase.isSlow);
      const faults = await runCase(engine, fuzzCase, link);
      counts.cases++;
      counts.frames += fuzzCase.frames;
      if (isOnLoopback) counts.loopbackCases++;
      if (index % perNodeCase === 0 && isForNode(fuzzCase)) {
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

/** Case `index` of a campaign. */
export function caseAt(seed: number, index: number): FuzzCase {
  return randomCase(Random.ofCase(seed, index));
}

function isForNode({ expected, chunks }: FuzzCase): boolean {
  return expected.outcome === 'answers' && chunks.reduce((sum, chunk) => sum + chunk.length, 0) < nodeBytes;
}
