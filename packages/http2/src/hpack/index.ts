// HPACK (RFC 7541) for clients and servers: the subpath export `@example/http2/hpack`.
export { HpackDecoder } from './decoder.ts';
export { HpackEncoder } from './encoder.ts';
export { encodeHuffman, huffmanLength } from './huffman-encoder.ts';
export { firstDynamicIndex, staticTable } from './static-table.ts';
