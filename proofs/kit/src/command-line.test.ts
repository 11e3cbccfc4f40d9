import { describe, expect, it } from 'vitest';
import { type Command, chooseNamed, runCommand, runOneOf, UsageError, wholeNumber } from './command-line.ts';
import { ToolchainMissingError } from './toolchains/toolchain-missing-error.ts';

/** Runs a command, and keeps its output. */
async function printed(run: (streams: Parameters<typeof runCommand>[2]) => Promise<number>) {
  let [stdout, stderr] = ['', ''];
  const stream = (write: (text: string) => void) => ({ write, on() {}, off() {} }) as unknown as NodeJS.WriteStream;
  const code = await run({
    stdout: stream((text) => {
      stdout += text;
    }) as typeof process.stdout,
    stderr: stream((text) => {
      stderr += text;
    }) as typeof process.stderr,
  });
  return { code, stdout, stderr };
}

const usage = 'Greets.\n';
const greet: Command<{ name: { type: 'string' } }> = {
  usage,
  options: { name: { type: 'string' } },
  takesExtraArgs: true,
  async run({ values, extraArgs, print }) {
    if (values.name === 'nobody') throw new UsageError('nobody cannot be greeted');
    if (values.name === 'gopher') throw new ToolchainMissingError('install Go');
    print(['hello', values.name, ...extraArgs].join(' '));
    return values.name !== 'stranger';
  },
};
const run = (...args: string[]) => printed((streams) => runCommand(greet, args, streams));

describe('runCommand', () => {
  it('returns 0 when the command passes, and 1 when it fails', async () => {
    expect(await run('--name', 'Aoife', '--', 'again')).toEqual({ code: 0, stdout: 'hello Aoife again\n', stderr: '' });
    expect(await run('--name', 'stranger')).toMatchObject({ code: 1, stdout: 'hello stranger\n' });
  });

  it('prints the usage for --help', async () => {
    expect(await run('--help')).toEqual({ code: 0, stdout: usage, stderr: '' });
  });

  it.each([
    [['--nmae', 'Aoife'], /^Unknown option '--nmae'.*\n\nGreets\.\n\n$/s],
    [['--name', 'nobody'], /^nobody cannot be greeted\n$/],
    [['--name', 'gopher'], /^install Go\n$/],
  ])('prints the message alone for the mistake in %s', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('refuses arguments after -- for a command that takes none', async () => {
    const strict = { ...greet, takesExtraArgs: false };
    expect((await printed((streams) => runCommand(strict, ['--', 'x'], streams))).stderr).toContain('may follow --');
  });
});

it('runs a command by its name, and prints the names without one', async () => {
  const commands = { greet: greet as unknown as Command };
  const runNamed = (...args: string[]) => printed((streams) => runOneOf(commands, 'names\n', args, streams));
  expect(await runNamed('greet', '--name', 'Aoife')).toMatchObject({ code: 0, stdout: 'hello Aoife\n' });
  expect(await runNamed('-h')).toEqual({ code: 0, stdout: 'names\n', stderr: '' });
  expect(await runNamed('toString')).toEqual({ code: 1, stdout: '', stderr: 'names\n' });
});

it('reads only whole numbers', () => {
  expect(wholeNumber('count', undefined, 5)).toBe(5);
  expect(wholeNumber('count', '0', 5)).toBe(0);
  for (const text of ['', '1.5', '-1', 'x']) {
    expect(() => wholeNumber('count', text, 5)).toThrow('--count must be a whole number of at least 0');
  }
});

it('chooses by names, in the order of all', () => {
  const all = [{ name: 'a' }, { name: 'b' }];
  expect(chooseNamed(all)).toBe(all);
  expect(chooseNamed(all, ['b'])).toEqual([{ name: 'b' }]);
  expect(() => chooseNamed(all, ['c'])).toThrow('there is no "c"; choose from: a; b');
});
