import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** A program that exits with 0 when its check passes. */
export interface CheckCommand {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

type Print = (text: string) => void;

/**
 * Runs commands side by side, and prints a line for each, with its output if it failed.
 *
 * @param folder their working directory, whose node_modules contains the programs
 * @returns the exit code: 0 when all pass
 */
export async function runChecks(checks: readonly CheckCommand[], folder: string, print: Print): Promise<number> {
  const results = await Promise.all(
    checks.map(async ({ name, command }) => {
      const { isPassed, output } = await run(command, folder);
      print(isPassed ? `passed  ${name}\n` : `\nFAILED  ${name}\n${output}\n`);
      return isPassed;
    }),
  );
  const passed = results.filter(Boolean).length;
  print(`\n${passed} passed, ${results.length - passed} failed\n`);
  return passed === results.length ? 0 : 1;
}

function run([program, ...args]: CheckCommand['command'], cwd: string): Promise<{ isPassed: boolean; output: string }> {
  const PATH = [join(cwd, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const options = { cwd, env: { ...process.env, PATH }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ isPassed: error === null, output: `${stdout}${stderr}` });
    });
  });
}
