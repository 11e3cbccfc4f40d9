import { expect, it, vi } from 'vitest';
import { data } from '../testing/raw-client.ts';
import { FrameReader } from './frame-reader.ts';
import { maxFrameBytes, preface } from './frame-type.ts';

it('does not copy the whole frame again for each byte of a frame that arrives byte by byte', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  try {
    const reader = new FrameReader(preface);
    const lengths: number[] = [];
    const bytes = Buffer.from([...preface, ...data(1, maxFrameBytes), ...data(1, 3)]);
    concat.mockClear();
    for (let at = 0; at < bytes.length; at++) {
      reader.read(bytes.subarray(at, at + 1), ({ start, end }) => lengths.push(end - start) > 0);
    }
    expect(lengths).toEqual([maxFrameBytes, 3]);
    const copied = concat.mock.calls.reduce((sum, [, length = 0]) => sum + length, 0);
    expect(copied).toBeLessThan(300 * maxFrameBytes);
  } finally {
    concat.mockRestore();
  }
});
