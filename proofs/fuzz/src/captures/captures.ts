import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseFrames, type RawFrame } from '@example/http2/testing';
import { preface } from '../engine.ts';

const folder = join(import.meta.dirname, '../../captures');

export interface Capture {
  readonly client: string;
  readonly frames: readonly RawFrame[];
}

/** What real clients said, as `record.ts` recorded it: whole frames, without the preface. */
export const captures: readonly Capture[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    client: basename(file, '.bin'),
    frames: parseFrames(readFileSync(join(folder, file)).subarray(preface.length)).frames,
  }));
