import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readCase, writeCase } from './cases/case-file.ts';
import { fuzzFrames, http2 } from './frame-campaign.ts';
import { fuzzClient } from './hostile-server/server-campaign.ts';
import { fuzzHpack } from './hpack/hpack-campaign.ts';
import { MemoryLink } from './run/memory-link.ts';
import { runCase } from './run/run-case.ts';

const usage = `Sends valid, invalid and random HTTP/2 frames to the server and the client of @example/http2, and compares
its HPACK with nghttp2.

  pnpm test:soak fuzz [options]

  --frames N     number of frames to send to the server, and to the client (default 10000000)
  --blocks N     number of header blocks to compare with nghttp2 in Node (default 200000)
  --seed N       repeat the cases of an earlier run
  --replay FILE  replay one case from a file, and nothing else
  --help         print this text
`;

/** The limit for the memory in use after a garbage collection, in MB. More indicates a leak. */
const maxMemoryMb = 64;
const progressMs = 5_000;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;
type Print = (line: string) => void;

/**
 * `pnpm test:soak fuzz`
 *
 * @returns the exit code: 0 if no fault was found
 */
export async function runFuzz(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const options = readArgs(args);
  if (typeof options === 'string') {
    (options === usage ? stdout : stderr).write(options);
    return options === usage ? 0 : 1;
  }
  const print: Print = (line) => stdout.write(`${line}\n`);
  if (options.replay !== undefined) return await replay(options.replay, print);
  const { seed, frames, blocks } = options;
  print(`seed ${seed}`);
  const isSound =
    (await runFrameCampaign(seed, frames, print)) &&
    (await runServerCampaign(seed, frames, print)) &&
    (await runHpackCampaign(seed, blocks, print));
  print(isSound ? 'no faults found' : `failed: repeat with --seed ${seed}`);
  return isSound ? 0 : 1;
}

async function runFrameCampaign(seed: number, frames: number, print: Print): Promise<boolean> {
  const report = atIntervals(print);
  let memoryMb = 0;
  const onCase = (index: number, done: number) =>
    report(() => {
      memoryMb = Math.max(memoryMb, memoryInUse());
      return `${done} of ${frames} frames, case ${index}, ${memoryMb} MB`;
    });
  const findings = await fuzzFrames({ seed, frames, onCase });
  const { fault, cases, loopbackCases, nodeCases } = findings;
  if (fault !== undefined) {
    const file = join(tmpdir(), `fuzz-${seed}-${fault.index}.json`);
    writeCase(file, fault.fuzzCase, fault.faults);
    print(`case ${fault.index}, ${fault.fuzzCase.name}:`);
    for (const line of fault.faults) print(`  ${line}`);
    print(`pnpm test:soak fuzz --replay ${file}`);
  }
  memoryMb = Math.max(memoryMb, memoryInUse());
  print(
    `${findings.frames} frames on ${cases} connections (${loopbackCases} over TCP, ${nodeCases} also to node:http2), ` +
      `at most ${memoryMb} MB of memory in use`,
  );
  if (memoryMb >= maxMemoryMb) print(`the limit is ${maxMemoryMb} MB of memory`);
  return fault === undefined && memoryMb < maxMemoryMb;
}

async function runServerCampaign(seed: number, frames: number, print: Print): Promise<boolean> {
  const report = atIntervals(print);
  let memoryMb = 0;
  const onCase = (index: number, done: number) =>
    report(() => {
      memoryMb = Math.max(memoryMb, memoryInUse());
      return `${done} of ${frames} frames to the client, case ${index}, ${memoryMb} MB`;
    });
  const findings = await fuzzClient({ seed, frames, onCase });
  for (const fault of findings.faults) print(fault);
  memoryMb = Math.max(memoryMb, memoryInUse());
  print(
    `${findings.frames} frames to the client on ${findings.cases} connections, at most ${memoryMb} MB of memory in use`,
  );
  if (memoryMb >= maxMemoryMb) print(`the limit is ${maxMemoryMb} MB of memory`);
  return findings.faults.length === 0 && memoryMb < maxMemoryMb;
}

async function runHpackCampaign(seed: number, blocks: number, print: Print): Promise<boolean> {
  if (blocks === 0) return true;
  const report = atIntervals(print);
  const onProgress = (done: number) => report(() => `${done} of ${blocks} header blocks`);
  const findings = await fuzzHpack({ seed, blocks, onProgress });
  for (const fault of findings.faults) print(fault);
  print(`${findings.blocks} header blocks compared with nghttp2, ${findings.rejected} of them invalid`);
  return findings.faults.length === 0;
}

/** Collects garbage. @returns the memory still in use, in MB: the heap, and buffers outside of the heap */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return Math.ceil((heapUsed + external) / 2 ** 20);
}

function atIntervals(print: Print): (text: () => string) => void {
  let printedAt = performance.now();
  return (text) => {
    if (performance.now() - printedAt < progressMs) return;
    printedAt = performance.now();
    print(text());
  };
}

async function replay(file: string, print: Print): Promise<number> {
  const fuzzCase = readCase(file);
  const faults = await runCase(http2, fuzzCase, new MemoryLink(fuzzCase.isSlow));
  for (const fault of faults) print(fault);
  print(faults.length === 0 ? 'no faults found' : `${faults.length} faults found`);
  return faults.length === 0 ? 0 : 1;
}

interface FuzzArgs {
  readonly frames: number;
  readonly blocks: number;
  readonly seed: number;
  readonly replay: string | undefined;
}

/** @returns the usage if `--help` is given, or a text that describes an error */
function readArgs(args: readonly string[]): FuzzArgs | string {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { frames: string, blocks: string, seed: string, replay: string, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return usage;
    const numbers = {
      frames: Number(values.frames ?? 10_000_000),
      blocks: Number(values.blocks ?? 200_000),
      seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 32)),
    };
    const isWhole = Object.values(numbers).every((value) => Number.isInteger(value) && value >= 0);
    return isWhole ? { ...numbers, replay: values.replay } : `numbers must be non-negative integers\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
