// The tests and checks of the code in Go.
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { needProgram, skipReason } from '@example/kit/toolchains';
import { expect, it } from 'vitest';

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
  'tools/go',
  'tools/outside',
];

it.skipIf(noGo).each(goModules)(
  `the Go code in %s is formatted and vetted, and its tests pass ${noGo ?? ''}`,
  async (module) => {
    const folder = join(root, module);
    const run = (program: string, ...args: readonly string[]) => outputOf(program, args, { cwd: folder });
    const unformatted = await run('gofmt', '-l', module === '.' ? 'gen/go' : '.');
    expect(unformatted).toBe('');
    await run('go', 'vet', './...');
    await run('go', 'test', '-count=1', './...');
  },
  5 * minutes,
);
