import { execFileSync } from 'node:child_process';
import { extname, join } from 'node:path';
import { generate } from '@example/check';
import type { ChangeSet } from './change-set.ts';

type Print = (text: string) => void;

/**
 * Writes the changes, installs the dependencies of a new package, generates the code of all languages, and formats it.
 */
export async function finish(changes: ChangeSet, print: Print): Promise<void> {
  const { root, paths } = changes;
  changes.write();
  for (const path of paths) print(`${path}\n`);
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: root, stdio: 'inherit' });
  if (paths.some((path) => path.endsWith('/package.json'))) {
    run('pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile', '--reporter=silent');
  }
  if (paths.some((path) => path.endsWith('.proto'))) generate(root, print);
  const formatted = paths.filter((path) => ['.ts', '.json'].includes(extname(path)));
  run(join(root, 'node_modules/.bin/biome'), 'check', '--write', '--log-level=error', ...formatted);
  print('Done. `pnpm dev` runs it, `pnpm check` checks it.\n');
}
