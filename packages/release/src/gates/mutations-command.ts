import { root } from '@example/kit/root';
import { createMutatedRepository } from './mutated-repository.ts';
import { writeTable } from './mutation-table.ts';
import { behaviourMutations, protoMutations } from './mutations.ts';
import { type Catches, playMutation } from './play-mutations.ts';
import { releasedApis } from './versions.ts';

/**
 * `pnpm release:gates`: plays every mutation against every gate and writes the table into docs/reference/compatibility.md. About ten minutes.
 *
 * @returns the exit code: 0 when every edit of a proto is caught by one gate at least
 */
export async function runMutations({ stdout }: Pick<NodeJS.Process, 'stdout'>): Promise<number> {
  const releases = releasedApis(root);
  const results = new Map<string, Catches>();
  const repository = await createMutatedRepository();
  try {
    for (const mutation of [...protoMutations, ...behaviourMutations]) {
      const catches = await playMutation(repository, mutation, releases);
      const by = [...catches].filter(([, isCaught]) => isCaught).map(([gate]) => gate);
      stdout.write(`${by.length > 0 ? 'caught' : 'missed'}  ${mutation.name}: ${by.join(', ') || 'by none'}\n`);
      results.set(mutation.name, catches);
    }
  } finally {
    await repository.remove();
  }
  writeTable(root, results);
  const missed = [...results].filter(([, catches]) => ![...catches.values()].includes(true)).map(([name]) => name);
  stdout.write(`${results.size - missed.length} caught, ${missed.length} missed\n`);
  return protoMutations.some(({ name }) => missed.includes(name)) ? 1 : 0;
}
