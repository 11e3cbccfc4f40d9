import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { startProcess } from './process.ts';

const listening = 'Listening on';
const node = (code: string) => ({ program: process.execPath, args: ['-e', code], cwd: tmpdir(), listening });
const stayAlive = 'setInterval(() => {}, 1_000);';

it('a server has started after the line with the given text, on either stream', async () => {
  const server = await startProcess(node(`console.log('hello'); console.error('Listening on 1'); ${stayAlive}`));
  await server.close();
  expect(server.line).toBe('Listening on 1');
});

it('a server that ends instead is an error with its output', async () => {
  const started = startProcess(node(`console.log('no room'); process.exit(1)`));
  await expect(started).rejects.toThrow(/ended with 1:\nno room/);
});

it('a missing program is an error', async () => {
  await expect(startProcess({ ...node(''), program: 'no-such-program' })).rejects.toThrow('ENOENT');
});
