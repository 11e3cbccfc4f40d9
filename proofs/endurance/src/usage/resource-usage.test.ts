import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { expect, it } from 'vitest';
import { countObjects } from './resource-usage.ts';

/** Takes a heap snapshot of a program that has run some code. */
async function objectsAfter(code: string) {
  const folder = mkdtempSync(join(tmpdir(), 'heap-'));
  const path = join(folder, 'heap.heapsnapshot');
  const program = `${code}; require('node:v8').writeHeapSnapshot(${JSON.stringify(path)})`;
  await outputOf(process.execPath, ['--eval', program]);
  const counts = countObjects(readFileSync(path, 'utf8'));
  rmSync(folder, { recursive: true });
  return counts;
}

it('counts the objects that are kept, by the names of their classes', async () => {
  const classes = 'class OwnStream {}; class OwnCall {}; class Other {}; globalThis.kept = []';
  const before = await objectsAfter(classes);
  const after = await objectsAfter(
    `${classes}; for (let i = 0; i < 5; i++) { kept.push(new OwnStream(), new Other()); new OwnCall(); }
    setTimeout(() => {}, 1)`,
  );
  expect(after).toEqual({ ...before, streams: before.streams + 5, timers: before.timers + 1 });
});
