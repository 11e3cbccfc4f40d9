import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { buildProgram, outsideModule, PythonEnvironment, ToolchainMissingError } from '@example/kit/toolchains';

/** Skips the linters if their toolchains are missing, except in CI. @returns whether they find nothing */
export async function checkWorkflows(print: (text: string) => void): Promise<boolean> {
  try {
    return (await complainingLinters(root, print)).length === 0;
  } catch (error) {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    print(`left out  actionlint and zizmor: ${error.message}\n`);
    return true;
  }
}

/**
 * Runs actionlint and zizmor, offline, on the workflows in `.github/workflows` and the actions in `.github/actions`.
 * The linters print their findings.
 *
 * @param repository its root folder
 * @returns the names of the linters that found something
 * @throws {ToolchainMissingError} when Python or the Go toolchain is missing
 */
export async function complainingLinters(repository: string, print: (text: string) => void): Promise<string[]> {
  const actionlint = await buildProgram(outsideModule, 'github.com/rhysd/actionlint/cmd/actionlint', 'actionlint');
  const folder = join(root, 'tools/check/workflows');
  const environment = new PythonEnvironment({
    folder: join(folder, '.venv'),
    requirements: join(folder, 'requirements.txt'),
  });
  environment.install(print);
  const folders = ['.github/workflows', '.github/actions'].filter((path) => existsSync(join(repository, path)));
  const quietly = ['--offline', '--no-progress', '--quiet'];
  const linters: Readonly<Record<string, readonly [string, ...string[]]>> = {
    // Does not use shellcheck and pyflakes, which not every machine has.
    actionlint: [actionlint, '-shellcheck=', '-pyflakes='],
    zizmor: [
      join(folder, '.venv/bin/zizmor'),
      '--persona',
      'pedantic',
      '--min-severity',
      'low',
      ...quietly,
      ...folders,
    ],
  };
  return Object.entries(linters).flatMap(([name, [program, ...args]]) => {
    const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: repository, encoding: 'utf8' });
    if (error) throw error;
    if (status === 0) return [];
    print(`${stdout}${stderr}`);
    return [name];
  });
}
