import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startProcess } from './process.ts';

const node = (code: string) => ({ program: process.execPath, args: ['-e', code], cwd: tmpdir() });
const stayAlive = 'setInterval(() => {}, 1_000);';

describe('a server has started', () => {
  it('after its first line on standard output', async () => {
    const server = await startProcess(node(`console.error('a warning'); console.log('1234'); ${stayAlive}`));
    await server.close();
    expect(server.line).toBe('1234');
  });

  it('after the line with the given text, on either stream', async () => {
    const code = `console.log('hello'); console.error('Listening on 1234'); ${stayAlive}`;
    const server = await startProcess({ ...node(code), listening: 'Listening on' });
    await server.close();
    expect(server.line).toBe('Listening on 1234');
  });
});

it('a server that ends instead is an error with its output', async () => {
  const started = startProcess({ ...node(`console.log('no room'); process.exit(1)`), listening: 'Listening on' });
  await expect(started).rejects.toThrow(/has ended\nno room/);
});

it('a missing program is an error', async () => {
  await expect(startProcess({ program: 'no-such-program', args: [], cwd: tmpdir() })).rejects.toThrow('ENOENT');
});
