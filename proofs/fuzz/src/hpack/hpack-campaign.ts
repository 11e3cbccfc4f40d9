import { HpackDecoder, HpackEncoder } from '@example/http2/hpack';
import { Random } from '@example/kit/random';
import type { Codec, Comparison } from './codec.ts';
import { compareWithNodeClient } from './compare-with-node-client.ts';
import { compareWithNodeServer } from './compare-with-node-server.ts';

/** A connection to Node's server has few blocks, because an invalid block ends it. */
const serverConnectionsPerRound = 10;

export interface HpackCampaign {
  /** The implementation under test. Default: that of @example/http2. */
  readonly codec?: Codec;
  readonly seed: number;
  /** The number of header blocks to compare, at least. */
  readonly blocks: number;
  /** Called after each round with the blocks compared so far. */
  readonly onProgress?: (blocks: number) => void;
}

/** Compares our encoder and decoder with nghttp2, until there are enough blocks or something differs. */
export async function fuzzHpack(campaign: HpackCampaign): Promise<Comparison> {
  const { codec = { HpackDecoder, HpackEncoder }, seed, onProgress } = campaign;
  let blocks = 0;
  let rejected = 0;
  const faults: string[] = [];
  for (let round = 0; blocks < campaign.blocks && faults.length === 0; round++) {
    const random = Random.ofCase(seed, round);
    const comparisons = [await compareWithNodeClient(random, codec)];
    for (let count = 0; count < serverConnectionsPerRound; count++) {
      comparisons.push(await compareWithNodeServer(random, codec));
    }
    for (const comparison of comparisons) {
      blocks += comparison.blocks;
      rejected += comparison.rejected;
      faults.push(...comparison.faults.map((fault) => `seed ${seed}, round ${round}: ${fault}`));
    }
    onProgress?.(blocks);
  }
  return { blocks, rejected, faults };
}
