import { describe, expect, it } from 'vitest';
import { decodeHuffman } from './huffman-decoder.ts';
import { encodeHuffman, huffmanLength } from './huffman-encoder.ts';

function encode(text: string): Buffer {
  const bytes = Buffer.alloc(huffmanLength(text));
  expect(encodeHuffman(text, bytes, 0)).toBe(bytes.length);
  return bytes;
}

const decode = (bytes: Buffer) => decodeHuffman(bytes, 0, bytes.length);

describe('Huffman strings', () => {
  it.each([
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-key', '25a849e95ba97d7f'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
  ])('encode and decode the example %s of RFC 7541, appendix C', (text, hex) => {
    expect(encode(text).toString('hex')).toBe(hex);
    expect(decode(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it('round-trip every pair of octets', () => {
    for (let first = 0; first < 256; first++) {
      const text = Array.from({ length: 256 }, (_, second) => String.fromCharCode(first, second)).join('');
      expect(decode(encode(text))).toBe(text);
    }
  });

  it.each([
    ['EOS', 'ffffffff'],
    ['padding of zeros', '00'],
    ['padding of eight bits', '1fff'],
  ])('reject %s', (_name, hex) => {
    expect(() => decode(Buffer.from(hex, 'hex'))).toThrow();
  });
});
