import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { writeCase } from './cases/case-file.ts';
import { runFuzz } from './command.ts';
import { caseAt } from './frame-campaign.ts';

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const stdout = new PassThrough();
  const code = await runFuzz(args, { stdout, stderr: stdout } as unknown as Parameters<typeof runFuzz>[1]);
  stdout.end();
  return { code, out: await text(stdout) };
}

it('plays frames on a thread, and says how many', async () => {
  const { code, out } = await run('--frames', '2000', '--blocks', '0', '--seed', '1');
  expect(out).toMatch(/^seed 1\n(?:.*\n)*\d{4} frames on \d+ connections.*; \d+ MB at most\nnothing found\n$/);
  expect(code).toBe(0);
});

it('plays a case again, and says what is wrong with it', async () => {
  const file = join(tmpdir(), `fuzz-test-${process.pid}.json`);
  try {
    writeCase(file, caseAt(1, 0), []);
    expect(await run('--replay', file)).toEqual({ code: 0, out: 'nothing found\n' });
    writeCase(file, { ...caseAt(1, 0), expected: { outcome: 'connection-error', codes: [99] } }, []);
    const { code, out } = await run('--replay', file);
    expect(out).toContain('GOAWAY with 99 expected');
    expect(code).toBe(1);
  } finally {
    rmSync(file);
  }
});

it('refuses what it does not know', async () => {
  expect((await run('--frames', '-1')).code).toBe(1);
  expect((await run('--loud')).code).toBe(1);
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--replay FILE') });
});
