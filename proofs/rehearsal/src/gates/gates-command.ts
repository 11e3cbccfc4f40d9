import { root } from '@example/kit/root';
import { releasedApis } from '@example/release';
import { pageOrigin } from '../checks/browser-consumer.ts';
import { startServices } from '../services.ts';
import { missedIn, type Results, writeTable } from './gate-table.ts';
import { type Catches, currentDescriptors, playProtoMutation, playServiceFault } from './gates.ts';
import { breakingMutations, commentMutation } from './proto-mutations.ts';
import { serviceFaults } from './service-faults.ts';

/**
 * `pnpm release rehearse gates`: plays every edit against the gates and writes the table into
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
  return breakingMutations.some(({ name }) => missed.includes(name)) ? 1 : 0;
}

/** Plays every edit against the gates. */
export async function playAll(
  folder: string,
  signal: AbortSignal,
  report: (name: string, catches: Catches) => void = () => {},
): Promise<Results> {
  const results = new Map<string, Catches>();
  const add = (name: string, catches: Catches) => {
    signal.throwIfAborted();
    report(name, catches);
    results.set(name, catches);
  };
  const releases = releasedApis(root);
  const descriptors = await currentDescriptors();
  for (const mutation of breakingMutations) {
    add(mutation.name, await playProtoMutation(mutation, descriptors, releases));
  }
  const services = await startServices(folder, pageOrigin);
  try {
    for (const fault of serviceFaults) add(fault.name, await playServiceFault(fault, services, releases));
  } finally {
    await services.close();
  }
  add(commentMutation.name, await playProtoMutation(commentMutation, descriptors, releases));
  return results;
}
