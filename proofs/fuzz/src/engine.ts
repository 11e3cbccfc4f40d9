import { join } from 'node:path';

export type { Connection, ConnectionClose, HeaderList, Limits, Stream, StreamHandler } from '@example/http2';
export { ErrorCode, headerList, sharedHeaderList } from '@example/http2';
export { Flag, FrameType, maxFrameBytes, preface, Setting } from '@example/http2/testing';
export { HpackDecoder } from '../../../packages/http2/src/hpack/decoder.ts';
export { encodeHuffman, huffmanLength } from '../../../packages/http2/src/hpack/huffman-encoder.ts';
export { firstDynamicIndex, staticTable } from '../../../packages/http2/src/hpack/static-table.ts';

const ownSources = join(import.meta.dirname, '../../../packages/http2/src');

/** What is fuzzed: the module of @example/http2. */
export type Engine = typeof import('@example/http2');

/** @param sources the folder of the engine's sources: its own, or a copy of it that was changed */
export async function loadEngine(sources = ownSources): Promise<Engine> {
  return await import(join(sources, 'index.ts'));
}

/** The engine's HPACK. */
export interface Codec {
  readonly HpackDecoder: typeof import('../../../packages/http2/src/hpack/decoder.ts').HpackDecoder;
  readonly HpackEncoder: typeof import('../../../packages/http2/src/hpack/encoder.ts').HpackEncoder;
}

/** @param sources as of `loadEngine` */
export async function loadCodec(sources = ownSources): Promise<Codec> {
  const [decoder, encoder] = await Promise.all([
    import(join(sources, 'hpack/decoder.ts')),
    import(join(sources, 'hpack/encoder.ts')),
  ]);
  return { HpackDecoder: decoder.HpackDecoder, HpackEncoder: encoder.HpackEncoder };
}
