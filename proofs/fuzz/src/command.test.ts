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

it('plays frames and header blocks, and reports their numbers', async () => {
  const { code, out } = await run('--frames', '2000', '--blocks', '100', '--seed', '1');
  expect(out).toMatch(
    /^seed 1\n\d{4} frames on \d+ connections .*, at most \d+ MB of memory in use\n\d{4} frames to the client on \d+ connections/,
  );
  expect(out).toMatch(/\n\d{3} header blocks compared with nghttp2, \d+ of them invalid\nno faults found\n$/);
  expect(code).toBe(0);
});

it('replays a case from a file, and reports its faults', async () => {
  const file = join(tmpdir(), `fuzz-test-${process.pid}.json`);
  try {
    writeCase(file, caseAt(1, 0), []);
    expect(await run('--replay', file)).toEqual({ code: 0, out: 'no faults found\n' });
    writeCase(file, { ...caseAt(1, 0), expected: { outcome: 'connection-error', codes: [99] } }, []);
    const { code, out } = await run('--replay', file);
    expect(out).toContain('GOAWAY with 99 expected');
    expect(code).toBe(1);
  } finally {
    rmSync(file);
  }
});

it('rejects invalid options, and explains the valid ones', async () => {
  expect((await run('--frames', '-1')).code).toBe(1);
  expect((await run('--loud')).code).toBe(1);
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--replay FILE') });
});
