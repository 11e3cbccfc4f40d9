import { describe, expect, it } from 'vitest';
import { delimited, readDelimited } from './delimited.ts';

async function* cut(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(bytes: Uint8Array, size = bytes.length): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of readDelimited(cut(bytes, size))) texts.push(Buffer.from(message).toString());
  return texts;
}

describe('delimited', () => {
  it('puts the length before a message', () => {
    expect([...delimited(Buffer.from('ab'))]).toEqual([0, 0, 0, 2, 97, 98]);
  });
});

describe('readDelimited', () => {
  const texts = ['one', '', 'three'];
  const bytes = Buffer.concat(texts.map((text) => delimited(Buffer.from(text))));

  it.each([1, 2, 5, 100])('reads messages from chunks of %i bytes', async (size) => {
    expect(await read(bytes, size)).toEqual(texts);
  });

  it.each([
    ['within a length', bytes.subarray(0, 2)],
    ['within a message', bytes.subarray(0, 6)],
  ])('refuses an input that ends %s', async (_, part) => {
    await expect(read(part)).rejects.toThrow('the input ended');
  });

  it('refuses an invalid length', async () => {
    await expect(read(Buffer.from([0xff, 0, 0, 0, 1]))).rejects.toThrow('longer than');
  });
});
