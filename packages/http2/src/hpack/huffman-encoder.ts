import { codes } from './huffman-code.ts';

const bitsOf = new Float64Array(257);
const lengthOf = new Uint8Array(257);
for (const { symbol, bits, length } of codes) {
  bitsOf[symbol] = bits;
  lengthOf[symbol] = length;
}

/** @param text a text of characters up to U+00FF @returns its length as a Huffman string, in bytes */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += lengthOf[text.charCodeAt(at)] as number;
  return Math.ceil(bits / 8);
}

/** Writes `text` as a Huffman string (RFC 7541, section 5.2). @returns the offset after it */
export function encodeHuffman(text: string, into: Uint8Array, start: number): number {
  let at = start;
  // Up to 7 pending bits and a code of 30 bits exceed 32 bits: bitwise operators cannot be used.
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
