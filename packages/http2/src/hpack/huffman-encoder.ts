import { codes } from './huffman-code.ts';

const bitsOf = new Float64Array(257);
const lengthOf = new Uint8Array(257);
for (const { symbol, bits, length } of codes) {
  bitsOf[symbol] = bits;
  lengthOf[symbol] = length;
}

/** The length in bytes of `text`, of characters up to U+00FF, as a Huffman string. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += lengthOf[text.charCodeAt(at)] as number;
  return Math.ceil(bits / 8);
}

/** Writes `text` as a Huffman string (RFC 7541, section 5.2). @returns where it ends */
export function encodeHuffman(text: string, into: Uint8Array, start: number): number {
  let at = start;
  // Fewer than eight bits are pending before a code, so that they and a code of 30 bits need more than 32.
  let pending = 0;
  let pendingBits = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index);
    const length = lengthOf[symbol] as number;
    pending = pending * 2 ** length + (bitsOf[symbol] as number);
    pendingBits += length;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      const byte = Math.floor(pending / 2 ** pendingBits);
      into[at++] = byte;
      pending -= byte * 2 ** pendingBits;
    }
  }
  if (pendingBits > 0) {
    const padding = 8 - pendingBits;
    into[at++] = pending * 2 ** padding + (2 ** padding - 1);
  }
  return at;
}
