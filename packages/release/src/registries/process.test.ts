import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startProcess } from './process.ts';

const node = (code: string) => ({ program: process.execPath, args: ['-e', code], cwd: tmpdir() });
const stayAlive = 'setInterval(() => {}, 1_000);';

describe('has started', () => {
  it('with its first line on standard output', async () => {
    const server = await startProcess(node(`console.error('a warning'); console.log('1234'); ${stayAlive}`));
    await server.close();
    expect(server.line).toBe('1234');
  });

  it('with the line that says so, on either stream', async () => {
    const said = `console.log('hello'); console.error('Listening on 1234'); ${stayAlive}`;
    const server = await startProcess({ ...node(said), listening: 'Listening on' });
    await server.close();
    expect(server.line).toBe('Listening on 1234');
  });
});

it('says what it wrote when it ends instead', async () => {
  const started = startProcess({ ...node(`console.log('no room'); process.exit(1)`), listening: 'Listening on' });
  await expect(started).rejects.toThrow(/has ended\nno room/);
});

it('is an error when there is no such program', async () => {
  await expect(startProcess({ program: 'no-such-program', args: [], cwd: tmpdir() })).rejects.toThrow('ENOENT');
});
