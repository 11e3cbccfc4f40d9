import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { run } from './run.ts';

it('is ended by its signal, whose reason it throws', async () => {
  const stopping = new AbortController();
  const options = { cwd: tmpdir(), timeoutMs: 10_000, signal: stopping.signal };
  const start = performance.now();
  const running = run(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], options);
  stopping.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  expect(performance.now() - start).toBeLessThan(options.timeoutMs);
  await expect(run('no-such-program', [], options)).rejects.toThrow('enough');
});
