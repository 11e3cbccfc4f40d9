// The tests and checks that the examples in other languages have themselves.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { needGo, ToolchainMissingError } from '@example/toolchains';
import { expect, it } from 'vitest';
import { root } from './programs.ts';

/** Undefined when it was got ready. In CI a missing toolchain is a failure. */
function whyNot(prepare: () => void): string | undefined {
  try {
    prepare();
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    return error.message;
  }
}

/** @throws with what the program wrote, when it fails */
async function run(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: join(root, folder), maxBuffer: 2 ** 26 }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${program} ${args.join(' ')} failed in ${folder}:\n${error.stdout}${error.stderr}`);
    },
  );
  return stdout;
}

const minutes = 60_000;
const noGo = whyNot(needGo);
const goModules = ['.', 'examples/go', 'packages/interop/drivers/go', 'packages/interop/vectors/go'];

it.skipIf(noGo).each(goModules)(
  `Go in %s is formatted and vetted, and its tests pass ${noGo ?? ''}`,
  async (folder) => {
    const unformatted = await run(folder, 'gofmt', '-l', folder === '.' ? 'gen/go' : '.');
    expect(unformatted).toBe('');
    await run(folder, 'go', 'vet', './...');
    await run(folder, 'go', 'test', './...');
  },
  5 * minutes,
);
