import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { needProgram } from '@example/kit/toolchains';
import { pythonTools } from '@example/release';

/** Builds the example server in Go: `server`, a static binary that does not contain the paths of this machine. */
export async function buildGoServer(outdir: string): Promise<void> {
  const go = needProgram('go');
  const options = ['-trimpath', '-ldflags', '-s -w', '-o', join(outdir, 'server')];
  await outputOf(go, ['-C', join(root, 'examples/go'), 'build', ...options, './cmd/server'], {
    env: { CGO_ENABLED: '0' },
  });
}

/** Builds the wheels of the example server in Python and of the generated code that it needs. */
export async function buildPythonServer(outdir: string): Promise<void> {
  const hatchling = pythonTools().program('hatchling');
  for (const project of ['gen/python', 'examples/python']) {
    await outputOf(hatchling, ['build', '--target', 'wheel', '-d', outdir], { cwd: join(root, project) });
  }
}
