import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';

interface Result {
  readonly name: string;
  readonly passed: boolean;
  /** What the check wrote. */
  readonly output: string;
}

/**
 * Runs every `check:…` script of a package.json, side by side, and prints a line for each: what it wrote when it failed.
 *
 * @param folder of the package.json
 * @returns the exit code: 0 when all pass
 */
export async function runChecks(print: (text: string) => void, folder = root): Promise<number> {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const checks = Object.entries(scripts).filter(([name]) => name.startsWith('check:'));
  const results = await Promise.all(
    checks.map(async ([name, command]) => {
      const result = await run(name, command, folder);
      print(result.passed ? `passed  ${name}\n` : `\nFAILED  ${name}\n${result.output}\n`);
      return result;
    }),
  );
  const passed = results.filter((result) => result.passed).length;
  print(`\n${passed} passed, ${results.length - passed} failed\n`);
  return passed === results.length ? 0 : 1;
}

function run(name: string, command: string, cwd: string): Promise<Result> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) => {
      resolve({ name, passed: error === null, output: `${stdout}${stderr}` });
    });
  });
}
