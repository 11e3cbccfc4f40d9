// The tests and checks of the code in Python.
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { examplePython, examplePythonPath, installPython, skipReason } from '@example/kit/toolchains';
import { it } from 'vitest';

const minutes = 60_000;

/** PYTHONPATH and MYPYPATH find the generated code. */
const env = { PYTHONPATH: examplePythonPath, MYPYPATH: examplePythonPath };

const run = (cwd: string, program: string, ...args: readonly string[]) => outputOf(program, args, { cwd, env });

const noPython = await skipReason(() => installPython(examplePython));
const example = join(root, 'examples/python');
const pythonFolders = [
  'examples/python',
  'proofs/conformance/src/real-clients/programs/python',
  'proofs/matrix/drivers/python',
];

it.skipIf(noPython)(
  `the Python code is formatted and typed, and its tests pass ${noPython ?? ''}`,
  async () => {
    const { python } = examplePython;
    for (const folder of pythonFolders) {
      await run(join(root, folder), python, '-m', 'ruff', 'check', '.');
      await run(join(root, folder), python, '-m', 'ruff', 'format', '--check', '.');
    }
    await run(example, python, '-m', 'mypy');
    await run(example, python, '-m', 'pytest', '--quiet');
  },
  10 * minutes,
);
