import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runSteps, testedResult } from './verify-command.ts';

async function verify(steps: Parameters<typeof runSteps>[0], ...done: Parameters<typeof runSteps>[2] & object) {
  let output = '';
  const code = await runSteps(
    steps,
    (text) => {
      output += text;
    },
    done,
  );
  return { code, output };
}

it('counts the checks of a step, and counts a step without checks as one', async () => {
  const { code, output } = await verify([
    { name: 'protos', command: ['check', 'proto-lint', 'proto-format'] },
    { name: 'help', command: ['--help'] },
  ]);
  expect(code).toBe(0);
  expect(output).toMatch(/\n1 of 2: protos\n[^\r]*\npassed {2}protos in \d+ s\n\n2 of 2: help\n/);
  expect(output).toMatch(/\n3 passed, 0 failed\n$/);
});

it('continues after a failure, repeats it at the end, and fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const log = join(folder, 'test.log');
  writeFileSync(log, '⎯⎯ Failed Tests 1 ⎯⎯\n FAIL  a test\nError: why\n      Tests  1 failed | 40 passed (41)\n');
  const { code, output } = await verify(
    [
      { name: 'unknown', command: ['unknown'] },
      { name: 'help', command: ['--help'] },
    ],
    testedResult(log),
  );
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(output).toMatch(/FAILED {2}tests of the product\n⎯⎯ Failed Tests 1 ⎯⎯\n FAIL {2}a test\nError: why\n/);
  const names = 'Failed in tests of the product:\n  FAIL  a test: Error: why\n\nFailed in unknown:\n';
  expect(output).toMatch(new RegExp(`FAILED {2}unknown\n\n${names}\n41 passed, 2 failed\n$`));
});
