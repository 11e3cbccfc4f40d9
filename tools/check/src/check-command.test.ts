import { expect, it } from 'vitest';
import { runCheck } from './check-command.ts';

async function check(...names: string[]) {
  let out = '';
  let err = '';
  const stream = (write: (text: string) => void) => ({ write, on() {} }) as unknown as NodeJS.WriteStream;
  const stdout = stream((text) => {
    out += text;
  });
  const stderr = stream((text) => {
    err += text;
  });
  const code = await runCheck(names, {
    stdout: stdout as typeof process.stdout,
    stderr: stderr as typeof process.stderr,
  });
  return { code, out, err };
}

it('lists the checks', async () => {
  expect(await check('--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('style, types, types-web, unused, imports'),
  });
});

it('runs no check when one of the names is unknown', async () => {
  expect(await check('types', 'type')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^There is no check type\.\n\nChecks the files/),
  });
});

it('runs the checks that are named', async () => {
  expect(await check('proto-lint', 'proto-format')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^(passed {2}proto-(lint|format)\n){2}\n2 passed, 0 failed\n$/),
  });
});
