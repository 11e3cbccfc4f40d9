import { join } from 'node:path';
import { type OddNames, oddNames, wholeNames } from './odd-names.ts';
import { RenamedClone } from './renamed-clone.ts';

interface Context {
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  print(line: string): void;
}

/** Renames a clone to each of the names. @returns whether all have passed */
export async function tryAll(context: Context): Promise<boolean> {
  const clone = await RenamedClone.create(join(context.folder, 'clone'));
  let isPassed = true;
  for (const [i, names] of oddNames.entries()) {
    context.signal.throwIfAborted();
    if (i > 0) await clone.reset();
    isPassed = (await tryNames(clone, names, context)) && isPassed;
  }
  return isPassed;
}

async function tryNames(clone: RenamedClone, names: OddNames, { print }: Context): Promise<boolean> {
  const what = [names.scope, ...(names.options ?? [])].join(' ');
  try {
    const started = performance.now();
    await clone.rename(names);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const problems = await problemsOf(clone, names);
    print(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${what} (${seconds} s)`);
    for (const problem of problems) print(`  ${problem}`);
    return problems.length === 0;
  } catch (error) {
    print(`FAILED  ${what}\n${(error as Error).message}`);
    return false;
  }
}

/** The old names that remain, and the findings of static checks. `tryWhole` checks code and protos. */
async function problemsOf(clone: RenamedClone, names: OddNames): Promise<string[]> {
  const left = [
    ...clone.namesOfTemplate(names.similar),
    ...(names.prefix ? clone.unprefixed(names.prefix) : []),
    ...(names.without ? clone.tracesOf(names.without) : []),
  ];
  const checks = [
    ...['types', 'style', 'unused', 'imports', 'line-width'],
    ...['proto-lint', 'proto-format', 'go-packages', 'generated', 'dependencies'],
  ];
  const failures = await clone.run('pnpm', 'check', ...checks).then(
    () => [],
    (error: Error) => [error.message],
  );
  return [...left.slice(0, 20), ...failures];
}

/** Renames clones, and runs the tests, the checks and the rehearsal in each. @returns whether all have passed */
export async function tryWhole({ folder, signal, print }: Context): Promise<boolean> {
  let isPassed = true;
  for (const [i, names] of wholeNames.entries()) {
    const clone = await RenamedClone.create(join(folder, `whole-${i}`));
    await clone.rename(names);
    await clone.commit();
    for (const args of [['test'], ['check'], ['verify'], ['release', 'rehearse']]) {
      signal.throwIfAborted();
      const started = performance.now();
      const failure = await clone.run('pnpm', ...args).then(
        () => undefined,
        (error: Error) => error.message,
      );
      const minutes = ((performance.now() - started) / 60_000).toFixed(1);
      print(`${failure ? 'FAILED' : 'ok    '}  ${names.scope}: pnpm ${args.join(' ')} (${minutes} min)`);
      if (failure) print(failure);
      isPassed = isPassed && failure === undefined;
    }
  }
  return isPassed;
}
