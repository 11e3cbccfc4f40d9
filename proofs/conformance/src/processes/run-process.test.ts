import { describe, expect, it } from 'vitest';
import { runProcess } from './run-process.ts';

const never = new AbortController().signal;

describe('runProcess', () => {
  it('gives every line of both streams, and the exit code', async () => {
    const lines: string[] = [];
    const script = 'echo one; echo two >&2; echo "$THREE"; exit 3';
    const options = { signal: never, env: { THREE: 'three' }, onLine: (line: string) => lines.push(line) };
    expect(await runProcess('/bin/sh', ['-c', script], options)).toBe(3);
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  it('says when there is no such program', async () => {
    const run = runProcess('/no/such/program', [], { signal: never, onLine: () => {} });
    await expect(run).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends the process and those that it started', async () => {
    const ending = new AbortController();
    // The pipe that both of them write to closes when the last of them has gone: it does not end before.
    const run = runProcess('/bin/sh', ['-c', 'sleep 1000 & echo started; wait'], {
      signal: ending.signal,
      onLine: () => ending.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });
});
