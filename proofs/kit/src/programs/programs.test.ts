import { describe, expect, it } from 'vitest';
import { Program } from './program.ts';
import { outputOf, runProgram } from './run-program.ts';

const never = new AbortController().signal;
const shell = (script: string, options = {}) => new Program('/bin/sh', ['-c', script], options);

describe('runProgram', () => {
  it('passes on every line of both streams, and the exit code', async () => {
    const lines: string[] = [];
    const script = 'echo one; echo two >&2; echo "$THREE"; exit 3';
    const options = { signal: never, env: { THREE: 'three' }, onLine: (line: string) => lines.push(line) };
    expect(await runProgram('/bin/sh', ['-c', script], options)).toBe(3);
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  it('fails with ENOENT if there is no such program', async () => {
    await expect(runProgram('/no/such/program', [], { signal: never })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends the program and the processes it started when the signal aborts', async () => {
    const ending = new AbortController();
    // Both processes write to one pipe, which closes when the last of them has ended. Only then does the call end.
    const run = runProgram('/bin/sh', ['-c', 'sleep 1000 & echo started; wait'], {
      signal: ending.signal,
      onLine: () => ending.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('outputOf', () => {
  it('returns what a program writes for its input', async () => {
    expect(await outputOf('/bin/cat', [], { input: 'hello' })).toBe('hello');
  });

  it('puts the output of a program that fails into the message', async () => {
    await expect(outputOf('/bin/sh', ['-c', 'echo out; echo err >&2; exit 1'])).rejects.toThrow(/:\nout\nerr\n$/);
  });
});

describe('Program', () => {
  it('exchanges lines with its caller', async () => {
    await using program = shell('read line; echo "got $line"; read line', { hasInput: true });
    program.writeLine('hello');
    expect(await program.waitForLine((line) => /^got (.*)$/.exec(line)?.[1])).toBe('hello');
    program.endInput();
    expect(await program.ended).toEqual({ code: 1, signal: null });
  });

  it('reports its last lines when it ends before it writes the expected line', async () => {
    await using program = shell('echo no port >&2; exit 4');
    await expect(program.waitForLine(() => undefined)).rejects.toThrow('/bin/sh ended with 4:\nno port');
  });

  it('reports a line that is not written in time', async () => {
    await using program = shell('echo started; sleep 1000');
    await expect(program.waitForLine(() => undefined, 1)).rejects.toThrow('did not write the expected line');
  });

  it('rejects work during its run when it ends', async () => {
    await using program = shell('exit 5');
    await expect(program.during(() => new Promise(() => {}))).rejects.toThrow('/bin/sh ended with 5');
  });

  it('gets only PATH and its own variables when its environment is clean', async () => {
    await using program = shell('echo "[$HOME$MINE]"; sleep 1000', { isEnvClean: true, env: { MINE: 'mine' } });
    expect(await program.waitForLine((line) => line)).toBe('[mine]');
  });

  it('ends with the process that has started it, even if that is killed', async () => {
    const started = `
      const { Program } = await import(${JSON.stringify(new URL('program.ts', import.meta.url).href)});
      new Program('/bin/sleep', ['1001']);
      const { pid } = new Program('/bin/sleep', ['1002']);
      console.log(pid);`;
    await using parent = new Program('node', ['--import', 'tsx', '--input-type=module', '--eval', started]);
    const pid = Number(await parent.waitForLine((line) => line));
    expect(isRunning(pid)).toBe(true);
    parent.signal('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });

  it('is killed when it ignores the signal to end', async () => {
    await using program = shell('trap "" TERM; echo ready; while true; do sleep 0.01; done');
    await program.waitForLine((line) => line);
    expect(await program.end('SIGTERM', 1)).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
