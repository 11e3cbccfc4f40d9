import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { run } from './run.ts';

it('a signal ends the program, and run throws the reason of the signal', async () => {
  const stopping = new AbortController();
  const options = { cwd: tmpdir(), signal: stopping.signal };
  const running = run(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], options);
  stopping.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(run('no-such-program', [], options)).rejects.toThrow('enough');
});

it.each([
  ['no-such-program', [], 'no-such-program  failed (ENOENT)'],
  ['sh', ['-c', 'exit 3'], 'sh -c failed (3)'],
  ['sh', ['-c', 'kill -9 $$'], 'sh -c was ended by SIGKILL'],
  ['sh', ['-c', 'echo out; echo err >&2; exit 1'], 'sh -c failed (1)\nout\nerr'],
])('the error of %s %j has its exit code and its output', async (program, args, message) => {
  await expect(run(program, args, { cwd: tmpdir() })).rejects.toThrow(new Error(message));
});
