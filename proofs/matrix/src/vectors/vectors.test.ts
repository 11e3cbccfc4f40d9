import { ToolchainMissingError } from '@example/kit/toolchains';
import { describe, expect, it } from 'vitest';
import { readers } from './readers.ts';
import { vectors } from './vectors.ts';

/** Treats every NaN as the same value, because Go's NaN has another payload. */
const oneNaN = (hex: string) => hex.replace(/^11010000000000f87f$/, '11000000000000f87f');

const expected = vectors.map(({ hex, json, hexFromJson = hex }) => ({ hex, json, hexFromJson }));

/** A timeout in milliseconds, long enough to build the readers and to install their environments. */
const timeout = 180_000;

describe.each(Object.entries(readers))('%s', (_, read) => {
  it('reads and writes every vector without loss', { timeout }, async ({ skip }) => {
    const readings = await read(vectors).catch((error: unknown) => {
      if (error instanceof ToolchainMissingError && !process.env['CI']) skip(error.message);
      throw error;
    });
    expect(readings.map((reading) => ({ ...reading, hexFromJson: oneNaN(reading.hexFromJson) }))).toEqual(expected);
  });
});
