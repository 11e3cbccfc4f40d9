import { join } from 'node:path';
import { run } from '@example/release';
import { additions } from './additions.ts';
import { applyAddition, copyForProtos } from './proto-repository.ts';
import { passWholeWay } from './whole-way.ts';

/**
 * `pnpm release rehearse additions`: tries each addition alone, in a copy of the repository, and prints a line for
 * each.
 *
 * @param folder for the copy
 * @param texts limits the additions to those whose names contain one of the texts; empty for all
 * @returns the exit code: 0 when every addition has passed all steps
 */
export async function runAdditions(
  folder: string,
  texts: readonly string[],
  { print, signal }: { print(line: string): void; signal: AbortSignal },
): Promise<number> {
  const chosen = additions.filter(({ name }) => texts.length === 0 || texts.some((text) => name.includes(text)));
  const repository = join(folder, 'repository');
  await copyForProtos(repository);
  const git = async (...args: string[]) => (await run('git', args, { cwd: repository })).trim();
  const start = await git('rev-parse', 'HEAD');
  let failed = 0;
  for (const addition of chosen) {
    const { name } = addition;
    signal.throwIfAborted();
    try {
      applyAddition(addition, repository);
      await passWholeWay(repository);
      print(`ok        ${name}`);
    } catch (error) {
      signal.throwIfAborted();
      failed++;
      print(`FAILED    ${name}: ${(error as Error).message}`);
    }
    await git('reset', '--quiet', '--hard', start);
    await git('clean', '--quiet', '-d', '--force');
  }
  print(`${chosen.length - failed} passed, ${failed} failed`);
  return failed === 0 && chosen.length > 0 ? 0 : 1;
}
