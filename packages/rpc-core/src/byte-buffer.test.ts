import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('ByteBuffer', () => {
  it.each([1, 7, 3_000])('joins chunks of %i bytes', (size) => {
    const whole = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));
    const bytes = new ByteBuffer();
    for (let start = 0; start < whole.length; start += size) {
      bytes.push(whole, start, Math.min(start + size, whole.length));
    }
    expect(bytes.length).toBe(whole.length);
    expect(Buffer.compare(bytes.take(), whole)).toBe(0);
    expect(bytes.length).toBe(0);
    bytes.push(whole, 0, 3);
    expect([...bytes.take()]).toEqual([0, 1, 2]);
  });

  it('does not copy a single chunk until it is compacted', () => {
    const chunk = Buffer.alloc(100_000);
    const bytes = new ByteBuffer();
    bytes.push(chunk, 10, 20);
    expect(bytes.take().buffer).toBe(chunk.buffer);
    bytes.push(chunk, 10, 20);
    bytes.compact();
    expect(bytes.take().buffer.byteLength).toBe(10);
  });

  it('takes at most 4 times the memory of its bytes for chunks of one byte', () => {
    const chunk = Buffer.alloc(16_384);
    const bytes = new ByteBuffer();
    const before = heldBytes();
    const count = 200_000;
    for (let i = 0; i < count; i++) bytes.push(chunk, i % 16_000, (i % 16_000) + 1);
    expect(heldBytes() - before).toBeLessThan(4 * count);
    expect(bytes.take().length).toBe(count);
  });
});
