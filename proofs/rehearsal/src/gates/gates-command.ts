import { wordsOf } from '@example/check';
import { root } from '@example/kit/root';
import { releasedApis } from '@example/release';
import { pageOrigin } from '../checks/browser-consumer.ts';
import { startServices } from '../services.ts';
import { breakingEdits, commentEdit } from './breaking-edits.ts';
import { missedIn, type Results, writeTable } from './gate-table.ts';
import { baselines, type Catches, playProtoEdit, playServiceFault } from './gates.ts';
import type { ProtoEdit } from './proto-edit.ts';
import { serviceFaults } from './service-faults.ts';

/**
 * `pnpm release rehearse gates`: tests every edit with the gates, and writes the table in
 * docs/reference/compatibility.md.
 *
 * @param folder for the stores of the services
 * @returns the exit code: 0 when every breaking edit of the API is caught
 */
export async function runGates(
  folder: string,
  { print, signal }: { print(line: string): void; signal: AbortSignal },
): Promise<number> {
  const results = await playAll(folder, signal, (name, catches) => {
    const by = [...catches].filter(([, isCaught]) => isCaught).map(([gate]) => gate);
    print(`${by.length > 0 ? 'caught' : 'missed'}  ${name}${by.length > 0 ? `: ${by.join(', ')}` : ''}`);
  });
  writeTable(root, results);
  const missed = missedIn(results);
  print(`${results.size - missed.length} caught, ${missed.length} missed`);
  return breakingEdits.some(({ name }) => missed.includes(name)) ? 1 : 0;
}

/**
 * Tests every edit with the gates.
 *
 * @param report also receives the output of `pnpm check`
 */
export async function playAll(
  folder: string,
  signal: AbortSignal,
  report: (name: string, catches: Catches, words: readonly string[]) => void = () => {},
): Promise<Results> {
  const results = new Map<string, Catches>();
  const add = (name: string, catches: Catches, words: readonly string[] = []) => {
    signal.throwIfAborted();
    report(name, catches, words);
    results.set(name, catches);
  };
  const bases = await baselines(folder);
  const play = async (edit: ProtoEdit) => {
    const { catches, breakages } = await playProtoEdit(edit, bases[edit.of]);
    add(edit.name, catches, wordsOf(breakages));
  };
  for (const edit of breakingEdits) await play(edit);
  const services = await startServices(folder, pageOrigin);
  try {
    for (const fault of serviceFaults) add(fault.name, await playServiceFault(fault, services, releasedApis(root)));
  } finally {
    await services.close();
  }
  await play(commentEdit);
  return results;
}
