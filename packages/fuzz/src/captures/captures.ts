import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Frame, parseFrames } from '../client/frame.ts';
import { preface } from '../engine.ts';

const folder = join(import.meta.dirname, '../../captures');

export interface Capture {
  readonly client: string;
  readonly frames: readonly Frame[];
}

/** What real clients said, as `record.ts` recorded it: whole frames, without the preface. */
export const captures: readonly Capture[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    client: basename(file, '.bin'),
    frames: parseFrames(readFileSync(join(folder, file)).subarray(preface.length)).frames,
  }));
