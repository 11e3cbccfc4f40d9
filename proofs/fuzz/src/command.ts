import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { recordCaptures } from './captures/record.ts';
import { readCase, writeCase } from './cases/case-file.ts';
import { loadCodec, loadEngine } from './engine.ts';
import { fuzzFramesOnThread } from './frame-thread.ts';
import { fuzzHpack } from './hpack/hpack-campaign.ts';
import { Peer } from './hpack/peer.ts';
import { MemoryLink } from './run/memory-link.ts';
import { runCase } from './run/run-case.ts';

const usage = `Says to @example/http2 what no client should, and compares its HPACK with that of others.

  pnpm test:fuzz [options]

  --frames N       frames to play, generated, mutated and random (10000000)
  --blocks N       header blocks to compare with those of Node, Go and Python (1000000)
  --seed N         makes the cases those of an earlier run
  --replay FILE    plays the case again that is in a file, and nothing else
  --record CLIENT  records anew what a real client says, or \`all\` do, and nothing else
  --help           this text
`;

/** What the process may use in all, of which Node itself and the cases are the larger part. */
const mostMemoryMb = 256;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * `pnpm test:fuzz`
 *
 * @returns the exit code: 0 when nothing was found
 */
export async function runFuzz(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const options = readArgs(args);
  if (typeof options === 'string') {
    (options === usage ? stdout : stderr).write(options);
    return options === usage ? 0 : 1;
  }
  const print = (line: string) => stdout.write(`${line}\n`);
  if (options.replay !== undefined) return await replay(options.replay, print);
  if (options.record !== undefined) return await recordCaptures(options.record, print);
  const { seed, frames, blocks } = options;
  print(`seed ${seed}`);
  const isSound = (await fuzz(seed, frames, print)) && (await compareHpack(seed, blocks, print));
  print(isSound ? 'nothing found' : `failed: run again with --seed ${seed}`);
  return isSound ? 0 : 1;
}

async function compareHpack(seed: number, blocks: number, print: (line: string) => void): Promise<boolean> {
  if (blocks === 0) return true;
  const peers: Peer[] = [];
  try {
    peers.push(
      await Peer.go(),
      Peer.python((text) => print(text.trimEnd())),
    );
    let toldAt = 0;
    const onProgress = (done: number) => {
      if (done - toldAt < blocks / 20) return;
      toldAt = done;
      print(`${done} of ${blocks} blocks`);
    };
    const findings = await fuzzHpack({ codec: await loadCodec(), seed, blocks, peers, onProgress });
    for (const fault of findings.faults) print(fault);
    const { refused, knownDifferences, faults } = findings;
    print(
      `${findings.blocks} header blocks as Node, Go and Python have them, ${refused} of them refused; ` +
        `${knownDifferences} are known to be read differently`,
    );
    return faults.length === 0;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError)) throw error;
    print(error.message);
    return false;
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

async function fuzz(seed: number, frames: number, print: (line: string) => void): Promise<boolean> {
  const onProgress = (done: number) => print(`${done} of ${frames} frames`);
  const findings = await fuzzFramesOnThread({ seed, frames, onProgress });
  const { fault, cases, loopbackCases, nodeCases } = findings;
  if (fault !== undefined) {
    const file = join(tmpdir(), `fuzz-${seed}-${fault.index}.json`);
    writeCase(file, fault.fuzzCase, fault.faults);
    print(`case ${fault.index}, ${fault.fuzzCase.name}:`);
    for (const line of fault.faults) print(`  ${line}`);
    print(`pnpm test:fuzz --replay ${file}`);
  }
  const memoryMb = Math.ceil(process.resourceUsage().maxRSS / 1024);
  print(
    `${findings.frames} frames on ${cases} connections, ${loopbackCases} of them over TCP, ${nodeCases} to node:http2 too; ` +
      `${memoryMb} MB at most`,
  );
  return fault === undefined && memoryMb < mostMemoryMb;
}

async function replay(file: string, print: (line: string) => void): Promise<number> {
  const fuzzCase = readCase(file);
  const faults = await runCase(await loadEngine(), fuzzCase, new MemoryLink(fuzzCase.isSlow));
  for (const fault of faults) print(fault);
  print(faults.length === 0 ? 'nothing found' : `${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

interface FuzzArgs {
  readonly frames: number;
  readonly blocks: number;
  readonly seed: number;
  readonly replay: string | undefined;
  readonly record: string | undefined;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): FuzzArgs | string {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        frames: string,
        blocks: string,
        seed: string,
        replay: string,
        record: string,
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return usage;
    const numbers = {
      frames: Number(values.frames ?? 10_000_000),
      blocks: Number(values.blocks ?? 1_000_000),
      seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 32)),
    };
    const isWhole = Object.values(numbers).every((value) => Number.isInteger(value) && value >= 0);
    return isWhole
      ? { ...numbers, replay: values.replay, record: values.record }
      : `every number must be whole and not negative\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
