import { Random } from '@example/kit/random';
import { randomFields } from '../client/random-fields.ts';
import { integer, RandomHpack } from '../client/random-hpack.ts';
import { type Codec, type HeaderList, headerList, sharedHeaderList } from '../engine.ts';
import { isKnownDifference } from './known-differences.ts';
import { compareWithNodeClient } from './node-client.ts';
import type { Peer, SensitiveField, Step, StepResult } from './peer.ts';

const listLimit = 1024 * 1024;
const connectionsPerRound = 10;
const nodeConnectionsPerRound = 5;
const blocksPerConnection = 20;
/** The largest table of our decoder, and of theirs. */
const tableSize = 4096;
const sharedLists = Array.from({ length: 40 }, (_, index) => sharedHeaderList(randomFields(Random.ofCase(1, index))));

export interface HpackCampaign {
  readonly codec: Codec;
  readonly seed: number;
  /** How many blocks to compare at least. */
  readonly blocks: number;
  readonly peers: readonly Peer[];
  /** Told now and then how many were compared. */
  readonly onProgress?: (blocks: number) => void;
}

export interface HpackFindings {
  readonly blocks: number;
  /** Of them, blocks that our decoder refuses, and those where a peer is known to differ. */
  readonly refused: number;
  readonly knownDifferences: number;
  readonly faults: readonly string[];
}

/** Encodes and decodes until there were enough blocks, or something differs. */
export async function fuzzHpack(campaign: HpackCampaign): Promise<HpackFindings> {
  const { codec, seed, blocks: wanted, peers, onProgress } = campaign;
  const counts = { blocks: 0, refused: 0, knownDifferences: 0 };
  const faults: string[] = [];
  for (let round = 0; counts.blocks < wanted && faults.length === 0; round++) {
    const random = Random.ofCase(seed, round);
    const theirs = theirSteps(random);
    const ours = [...ourSteps(random, codec), ...randomSteps(random, codec)];
    const broken = brokenSteps(random, codec);
    await Promise.all(
      peers.map(async (peer) => {
        const encoded = await peer.play(theirs);
        const decoded = await peer.play([...ours, ...broken].map(({ step }) => step));
        counts.blocks += theirs.length + decoded.length;
        faults.push(...readTheirs(theirs, encoded, peer.name, codec));
        [...ours, ...broken].forEach(({ step, expected }, index) => {
          const theirResult = decoded[index] as StepResult;
          if (areEqual(expected, theirResult)) return;
          if (isKnownDifference(peer.name, expected, theirResult)) counts.knownDifferences++;
          else faults.push(differing(peer.name, step, expected, theirResult));
        });
      }),
    );
    counts.refused += broken.filter(({ expected }) => expected.error !== undefined).length;
    for (let count = 0; count < nodeConnectionsPerRound; count++) {
      const node = await compareWithNodeClient(random, codec);
      counts.blocks += node.blocks;
      faults.push(...node.faults);
    }
    onProgress?.(counts.blocks);
  }
  return { ...counts, faults: faults.map((fault) => `seed ${seed}: ${fault}`) };
}

/** A block that peers are to decode, and what we make of it. */
interface Expectation {
  readonly step: Step;
  readonly expected: StepResult;
}

/** Lists for peers to encode. */
function theirSteps(random: Random): Step[] {
  return connections((isFirst) => ({
    fresh: isFirst,
    ...(random.chance(0.1) && { tableSize: random.between(0, tableSize) }),
    huffman: random.chance(0.5),
    fields: randomFields(random).map(([name, value]): SensitiveField => [name, value, random.chance(0.1)]),
  }));
}

function readTheirs(steps: readonly Step[], results: readonly StepResult[], peer: string, codec: Codec): string[] {
  const faults: string[] = [];
  let decoder = new OurDecoder(codec);
  steps.forEach((step, index) => {
    if (step.fresh) decoder = new OurDecoder(codec);
    const { block = '' } = results[index] as StepResult;
    const ours = decoder.decode(block);
    // Peers may index a sensitive field that is in the static table: it says nothing there.
    if (!areEqual({ fields: step.fields ?? [] }, ours, false))
      faults.push(differing(`of ${peer}`, { ...step, block }, ours, step));
  });
  return faults;
}

/** Lists that our encoder encoded. */
function ourSteps(random: Random, codec: Codec): Expectation[] {
  let encoder = new codec.HpackEncoder();
  return connections((isFirst) => {
    if (isFirst) encoder = new codec.HpackEncoder();
    if (random.chance(0.1)) encoder.setPeerTableSize(random.between(0, 2 * tableSize));
    const list: HeaderList = random.chance(0.5) ? random.pick(sharedLists) : headerList(randomFields(random));
    const fields = list.fields.map(({ name, value, sensitive }): SensitiveField => [name, value, sensitive]);
    return { step: { fresh: isFirst, block: encoder.encode(list).toString('hex') }, expected: { fields } };
  });
}

/** Blocks in any of the ways that RFC 7541 allows. */
function randomSteps(random: Random, codec: Codec): Expectation[] {
  let encoder = new RandomHpack(random);
  let decoder = new OurDecoder(codec);
  return connections((isFirst) => {
    if (isFirst) {
      encoder = new RandomHpack(random);
      decoder = new OurDecoder(codec);
    }
    const block = encoder.encode(randomFields(random)).toString('hex');
    return { step: { fresh: isFirst, block }, expected: decoder.decode(block) };
  });
}

/** Blocks after which something is changed in one, each on a connection of its own; and blocks of nothing but chance. */
function brokenSteps(random: Random, codec: Codec): Expectation[] {
  const steps: Expectation[] = [];
  for (let count = 0; count < connectionsPerRound * blocksPerConnection; count++) {
    const encoder = new RandomHpack(random);
    const decoder = new OurDecoder(codec);
    const first = encoder.encode(randomFields(random, 3)).toString('hex');
    steps.push({ step: { fresh: true, block: first }, expected: decoder.decode(first) });
    const block = brokenBlock(encoder, random).toString('hex');
    steps.push({ step: { block }, expected: decoder.decode(block) });
  }
  return steps;
}

function brokenBlock(encoder: RandomHpack, random: Random): Buffer {
  const way = random.between(0, 9);
  // What was in the table before it was made smaller.
  if (way === 0)
    return Buffer.concat([integer(0x20, 5, random.between(0, 200)), integer(0x80, 7, random.between(62, 66))]);
  if (way === 1) return random.bytes(random.between(1, 30));
  return changed(encoder.encode(randomFields(random, 3)), random);
}

function changed(block: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(block);
  for (let left = random.between(1, 3); left > 0 && bytes.length > 0; left--) {
    const at = random.between(0, bytes.length - 1);
    if (random.chance(0.2)) return bytes.subarray(0, at);
    bytes[at] = random.chance(0.5) ? (bytes[at] as number) ^ (1 << random.between(0, 7)) : random.between(0, 255);
  }
  return bytes;
}

function connections<T>(make: (isFirst: boolean) => T): T[] {
  return Array.from({ length: connectionsPerRound * blocksPerConnection }, (_, index) =>
    make(index % blocksPerConnection === 0),
  );
}

/** Our decoder, asked as a peer is. */
class OurDecoder {
  readonly #decoder: InstanceType<Codec['HpackDecoder']>;

  constructor({ HpackDecoder }: Codec) {
    this.#decoder = new HpackDecoder(listLimit);
  }

  decode(hex: string): StepResult {
    const bytes = Buffer.from(hex, 'hex');
    try {
      const { headers } = this.#decoder.decode(bytes, 0, bytes.length);
      return { fields: headers.fields.map(({ name, value, sensitive }) => [name, value, sensitive]) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }
}

function areEqual(one: StepResult, other: StepResult, isSensitivityCompared = true): boolean {
  if (one.error !== undefined || other.error !== undefined) return one.error !== undefined && other.error !== undefined;
  const [fields = [], others = []] = [one.fields, other.fields];
  return (
    fields.length === others.length &&
    fields.every(([name, value, sensitive], index) => {
      const [otherName, otherValue, otherSensitive] = others[index] as SensitiveField;
      return name === otherName && value === otherValue && (!isSensitivityCompared || sensitive === otherSensitive);
    })
  );
}

function differing(peer: string, step: Step, ours: StepResult, theirs: StepResult): string {
  return `${peer}: block ${step.block}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`;
}
