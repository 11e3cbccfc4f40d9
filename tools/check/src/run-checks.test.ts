import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { type CheckCommand, runChecks } from './run-checks.ts';

async function check(...checks: CheckCommand[]) {
  let output = '';
  const code = await runChecks(checks, tmpdir(), (text) => {
    output += text;
  });
  return { code, output };
}

it('passes when every check passes, and does not show their output', async () => {
  expect(await check({ name: 'one', command: ['true'] }, { name: 'two', command: ['echo', 'quiet'] })).toEqual({
    code: 0,
    output: expect.stringMatching(/^(passed {2}(one|two)\n){2}\n2 passed, 0 failed\n$/),
  });
});

it('fails when one check fails, and shows its output', async () => {
  const { code, output } = await check(
    { name: 'one', command: ['true'] },
    { name: 'two', command: ['sh', '-c', 'echo this is why >&2; exit 3'] },
  );
  expect(code).toBe(1);
  expect(output).toMatch(/FAILED {2}two\nthis is why\n/);
  expect(output).toMatch(/\n1 passed, 1 failed\n$/);
});
