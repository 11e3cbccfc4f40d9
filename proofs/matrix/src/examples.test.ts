// The tests and checks that the examples in other languages have themselves.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { needGo } from '@example/kit/toolchains';
import { expect, it } from 'vitest';
import { pythonExample, pythonPath, root } from './programs.ts';
import { whyNot } from './why-not.fixture.ts';

/** Where Python and mypy find what is generated. */
const env = { ...process.env, PYTHONPATH: pythonPath, MYPYPATH: pythonPath };

/** @throws with what the program wrote, when it fails */
async function run(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    cwd: join(root, folder),
    env,
    maxBuffer: 2 ** 26,
  }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${program} ${args.join(' ')} failed in ${folder}:\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

const minutes = 60_000;
const noGo = await whyNot(needGo);
const goModules = ['.', 'examples/go', 'proofs/matrix/drivers/go', 'proofs/matrix/vectors/go'];

it.skipIf(noGo).each(goModules)(
  `Go in %s is formatted and vetted, and its tests pass ${noGo ?? ''}`,
  async (folder) => {
    const unformatted = await run(folder, 'gofmt', '-l', folder === '.' ? 'gen/go' : '.');
    expect(unformatted).toBe('');
    await run(folder, 'go', 'vet', './...');
    await run(folder, 'go', 'test', '-count=1', './...');
  },
  5 * minutes,
);

const noPython = await whyNot(() => pythonExample.install((text) => process.stderr.write(text)));

it.skipIf(noPython)(
  `Python is formatted, typed, and its tests pass ${noPython ?? ''}`,
  async () => {
    const python = pythonExample.python;
    for (const folder of ['examples/python', 'proofs/matrix/drivers/python']) {
      await run(folder, python, '-m', 'ruff', 'check', '.');
      await run(folder, python, '-m', 'ruff', 'format', '--check', '.');
    }
    await run('examples/python', python, '-m', 'mypy');
    await run('examples/python', python, '-m', 'pytest', '--quiet');
  },
  10 * minutes,
);
