import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { unreadPipe } from '../testing/unread-pipe.ts';

// A process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Twice the number of lines that fit into the buffer and the pipe. */
const lineCount = 4_000;
const bufferBytes = 65_536;
const program = `
  import { createLogger, openLog } from './src/process/logger.ts';

  const source = { service: 'test' };
  const logger = createLogger(source, { logLevel: 'info' }, openLog(source, { logBufferBytes: ${bufferBytes} }));
  for (let i = 0; i < ${lineCount}; i++) {
    logger.info({ i, text: 'x'.repeat(100) }, 'line');
    if (i % 100 === 0) await new Promise(setImmediate);
  }
  process.stderr.write('logged');
  process.stdin.once('data', () => process.stdin.destroy());
`;

/** Runs the program until it has logged all lines. */
async function run(stdout: 'pipe' | number): Promise<ChildProcess> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, {
    cwd: `${import.meta.dirname}/../..`,
    stdio: ['pipe', stdout, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(`${await once(child.stderr as NonNullable<typeof child.stderr>, 'data')}`).toBe('logged');
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit');
  child.stdin?.write('end');
  return (await exited)[0];
}

describe('the log', () => {
  it('does not wait for its reader: lines wait, others are dropped and counted', async () => {
    const { path, fd } = unreadPipe();
    const child = await run(fd);
    const reader = spawn('sed', ['/^end$/Q', path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const read = text(reader.stdout);
    expect(await exitCode(child)).toBe(0);
    writeSync(fd, 'end\n');
    const texts = (await read).trimEnd().split('\n');
    const lines = texts.map((line) => JSON.parse(line));
    const written = lines.filter(({ msg }) => msg === 'line');
    const dropped = lines.filter(({ msg }) => msg !== 'line');
    expect(dropped).toEqual([expect.objectContaining({ level: 40, service: 'test', count: expect.any(Number) })]);
    expect(written.length + dropped[0].count).toBe(lineCount);
    expect(written.length).toBeGreaterThan(bufferBytes / 200);
    expect(written.map(({ i }) => i)).toEqual(written.map((_, i) => i));
  });

  it('does not keep a process alive whose log nobody reads', async () => {
    expect(await exitCode(await run(unreadPipe().fd))).toBe(0);
  });

  it('does not end a process that cannot write its log', async () => {
    const full = openSync('/dev/full', 'w');
    const child = await run(full);
    closeSync(full);
    expect(await exitCode(child)).toBe(0);
  });

  it('does not end a process whose reader has gone', async () => {
    const child = await run('pipe');
    child.stdout?.destroy();
    expect(await exitCode(child)).toBe(0);
  });
});
