import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Codec, loadCodec } from '../engine.ts';
import { fuzzHpack } from './hpack-campaign.ts';
import { Peer } from './peer.ts';

const seed = 20_261_121;
const sources = join(import.meta.dirname, '../../../../packages/http2/src');
const longestInstallMs = 300_000;

const peers: Peer[] = [];
let missing = '';
beforeAll(async () => {
  try {
    peers.push(
      await Peer.go(),
      Peer.python(() => {}),
    );
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    missing = error.message;
  }
}, longestInstallMs);
beforeEach(({ skip }) => skip(missing !== '', missing));
afterAll(() => Promise.all(peers.map((peer) => peer.close())));

const compare = (codec: Codec, blocks: number) => fuzzHpack({ codec, seed, blocks, peers });

it('encodes and decodes as Node, Go and Python do', async () => {
  const { faults, blocks, refused } = await compare(await loadCodec(), 4_000);
  expect(faults).toEqual([]);
  expect(blocks).toBeGreaterThanOrEqual(4_000);
  expect(refused).toBeGreaterThan(0);
});

describe('finds in a copy of the engine that', () => {
  it.each([
    ['padding of Huffman strings is not looked at', 'huffman-decoder.ts', 'isPadding[state] === 0', 'false'],
    ['the index of a dynamic field is wrong', 'encoder.ts', 'this.#inserted.size - 1 - place', 'place'],
    ['the static table has a typing error', 'static-table.ts', "'content-type'", "'content-typo'"],
    ['a smaller table evicts nothing', 'decoder.ts', 'this.#table.resize(size);', ''],
    [
      'table size updates may be anywhere',
      'decoder.ts',
      "if (first & 0x20) fail('a table size update after a field');",
      '',
    ],
    ['sensitive fields are indexed', 'encoder.ts', '!field.sensitive', 'true'],
  ])('%s', async (_name, file, right, wrong) => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
    try {
      cpSync(sources, folder, { recursive: true });
      const path = join(folder, 'hpack', file);
      const source = readFileSync(path, 'utf8');
      expect(source).toContain(right);
      writeFileSync(path, source.replaceAll(right, wrong));
      const { faults } = await compare(await loadCodec(folder), 8_000);
      expect(faults).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
