// The tests and checks of the code in Go and Python.
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { examplePython, examplePythonPath, installPython, needProgram, skipReason } from '@example/kit/toolchains';
import { expect, it } from 'vitest';

/** PYTHONPATH and MYPYPATH find the generated code. */
const env = { PYTHONPATH: examplePythonPath, MYPYPATH: examplePythonPath };

const run = (cwd: string, program: string, ...args: readonly string[]) => outputOf(program, args, { cwd, env });

const minutes = 60_000;
const noGo = await skipReason(() => needProgram('go'));
const goModules = [
  '.',
  'examples/go',
  'proofs/bench/src/server/peers/go',
  'proofs/conformance/src/real-clients/programs/go',
  'proofs/endurance/src/client-faults/clients/go',
  'proofs/matrix/drivers/go',
  'proofs/matrix/vectors/go',
];

it.skipIf(noGo).each(goModules)(
  `the Go code in %s is formatted and vetted, and its tests pass ${noGo ?? ''}`,
  async (module) => {
    const folder = join(root, module);
    const unformatted = await run(folder, 'gofmt', '-l', module === '.' ? 'gen/go' : '.');
    expect(unformatted).toBe('');
    await run(folder, 'go', 'vet', './...');
    await run(folder, 'go', 'test', '-count=1', './...');
  },
  5 * minutes,
);

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
