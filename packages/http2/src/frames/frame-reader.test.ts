import { expect, it, vi } from 'vitest';
import { data } from '../testing/raw-client.ts';
import { FrameReader } from './frame-reader.ts';
import { maxFrameBytes, preface } from './frame-type.ts';

it('puts a frame that comes byte by byte together without copying what has come each time', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  try {
    const reader = new FrameReader();
    const lengths: number[] = [];
    const said = Buffer.from([...preface, ...data(1, maxFrameBytes), ...data(1, 3)]);
    concat.mockClear();
    for (let at = 0; at < said.length; at++) {
      reader.read(said.subarray(at, at + 1), ({ start, end }) => lengths.push(end - start) > 0);
    }
    expect(lengths).toEqual([maxFrameBytes, 3]);
    const copied = concat.mock.calls.reduce((sum, [, length = 0]) => sum + length, 0);
    expect(copied).toBeLessThan(300 * maxFrameBytes);
  } finally {
    concat.mockRestore();
  }
});
