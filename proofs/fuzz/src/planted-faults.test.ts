import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadEngine } from './engine.ts';
import { fuzzFrames } from './frame-campaign.ts';

const sources = join(import.meta.dirname, '../../../packages/http2/src');
const seed = 20_261_121;
/** Enough to find any of these. */
const frames = 150_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is made wrong in a copy of the engine: in a file, one text by another. */
// biome-ignore format: a fault on a line
const faults: [name: string, file: string, right: string, wrong: string][] = [
  ['padding may be longer than the payload', 'frames/padding.ts', 'frame.end < frame.start', 'false'],
  ['DATA after the end is taken', 'stream-frames.ts', 'if (stream.requestEnded) return ErrorCode.STREAM_CLOSED;', ''],
  ['PING is not answered', 'control-frames.ts', 'this.#pings.answer(frame);', ''],
  ['the dynamic table is not written', 'hpack/decoder.ts', 'this.#table.insert(field);', ''],
  ['a block is remembered for too long', 'hpack/block-cache.ts', 'kept.version !== version || ', ''],
  ['the memory budget leaks', 'receive-flow.ts', 'this.#memory.give(stream.unconsumedBytes);', ''],
  ['a wider window wakes nobody', 'response-sender.ts', 'this.pump();', ''],
  ['frames are lost at the edges of chunks', 'frames/frame-reader.ts', 'needed - this.#pieceBytes', 'needed'],
  ['resets are not counted', 'request-streams.ts', 'this.#context.rates.reset();', ''],
  ['more is sent than the window', 'response-sender.ts', 'length <= stream.sendWindow && ', ''],
  ['content-length is not checked', 'stream-frames.ts', 'contentLength === -1 || contentLength === receivedBytes', 'true'],
  ['a handler is told of the end twice', 'request-streams.ts', 'stream.handler.onClose(reason);', 'stream.handler.onClose(reason); stream.handler.onClose(reason);'],
  ['a frame that is refused throws something else', 'settings.ts', 'throw new ConnectionError(code,', 'throw new TypeError(code +'],
];

it.each(faults)('finds that %s', async (_name, file, right, wrong) => {
  cpSync(sources, folder, { recursive: true });
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  expect(source).toContain(right);
  writeFileSync(path, source.replaceAll(right, wrong));
  const { fault } = await fuzzFrames({ engine: await loadEngine(folder), seed, frames });
  expect(fault?.faults[0]).toBeDefined();
});

it('finds nothing in the engine as it is', async () => {
  const { fault, loopbackCases, nodeCases } = await fuzzFrames({ engine: await loadEngine(), seed, frames: 15_000 });
  expect(fault).toBeUndefined();
  expect(loopbackCases).toBeGreaterThan(0);
  expect(nodeCases).toBeGreaterThan(0);
});
