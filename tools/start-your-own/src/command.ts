import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { ask, type Choice, describe } from './ask.ts';
import { problemsOf } from './check-identity.ts';
import { finish } from './finish.ts';
import { type Identity, identityOf, withDefaults } from './identity.ts';
import { type Options, readOptions, usage } from './options.ts';
import { tracesIn } from './parts/traces.ts';
import { applyChanges, type Change, changesFor, oldNamesIn } from './rename-files.ts';

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** `pnpm start-your-own` @returns the exit code: 0 when the repository has its new names and nothing is left to do */
export async function runStartYourOwn(args: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr } = streams;
  const fail = (text: string) => {
    stderr.write(`${text}\n`);
    return 1;
  };
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
  if (options.help) {
    stdout.write(usage);
    return 0;
  }
  const changed = changedFiles();
  if (changed.length > 0 && !options.allowsDirty && !options.isDryRun) {
    const list = changed.slice(0, 10).join('\n');
    return fail(`There are changes that git could not bring back: commit them, or use --allow-dirty.\n${list}`);
  }
  const taken = takenScopes();
  const check = (identity: Identity) => problemsOf(identity, taken);
  const choice = await choose(options, check, streams).catch((error: Error) => error.message);
  if (typeof choice === 'string') return fail(choice);
  const problems = check(choice.identity);
  if (problems.length > 0) return fail(`${problems.join('\n')}\nNothing was changed.`);
  return await rename(choice, options, stdout);
}

/** @throws {Error} when there is no terminal, or the answer is no */
async function choose(
  { answers, without, isSilent }: Options,
  check: (identity: Identity) => string[],
  streams: Streams,
): Promise<Choice> {
  if (streams.stdin.isTTY && !isSilent) return await ask({ answers, without }, check, streams);
  const { scope } = answers;
  if (scope === undefined)
    throw new Error(`Give your npm scope: --scope acme. The other names follow from it.\n\n${usage}`);
  return { identity: withDefaults({ ...answers, scope }), without: without ?? [] };
}

async function rename(
  { identity, without }: Choice,
  { isDryRun }: Options,
  stdout: Streams['stdout'],
): Promise<number> {
  const print = (line: string) => stdout.write(`${line}\n`);
  const before = identityOf(root);
  const started = performance.now();
  // Loaded here, because it loads a TypeScript compiler.
  const leftOut = without.length > 0 ? (await import('./parts/leave-out.ts')).leaveOut(root, without) : undefined;
  const changes = changesFor(root, before, identity, latestRelease(), leftOut);
  if (isDryRun) {
    print(`${describe({ identity, without })}\n${summaryOf(changes)} Nothing was changed.`);
    return 0;
  }
  print(describe({ identity, without }));
  for (const { name, missing } of without) if (missing) print(`Not finished: without ${name}, ${missing}.`);
  applyChanges(root, changes);
  print(`${summaryOf(changes)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  const byHand = await finish(root, print);
  const left = [
    ...oldNamesIn(root, before, identity).map((line) => `an old name is left in ${line}`),
    ...tracesIn(root, without).map((line) => `left out, but still in ${line}`),
  ];
  for (const line of left) print(line);
  print(nextSteps(byHand));
  return byHand.length + left.length === 0 ? 0 : 1;
}

function summaryOf(changes: readonly Change[]): string {
  const removed = changes.filter(({ newPath }) => newPath === undefined).length;
  const moved = changes.filter(({ path, newPath }) => newPath !== undefined && newPath !== path).length;
  return `${changes.length - removed} files with other names in them, ${moved} of them moved; ${removed} files removed.`;
}

function nextSteps(byHand: readonly string[]): string {
  const steps = [
    ...byHand.map((command) => `${command}    # it has failed above`),
    'pnpm test && pnpm check',
    "git add --all && git commit --message 'Begin under our own names'",
    ...(execFileSync('git', ['tag', '--list', 'v*'], { cwd: root, encoding: 'utf8' }).trim() === ''
      ? []
      : ["git tag --list 'v*' | xargs git tag --delete    # the tags of the releases before"]),
    'pnpm dev',
  ];
  return `\nNext:\n\n${steps.map((step) => `  ${step}\n`).join('')}
docs/guides/services.md: edit a proto, add a service. docs/reference/releasing.md: your first release.`;
}

function changedFiles(): string[] {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  return status.split('\n').filter((line) => line !== '');
}

function takenScopes(): Set<string> {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  return new Set([...lockfile.matchAll(/^ {2}'(@[^/]+)\/[^']+@\d/gm)].map(([, scope = '']) => scope));
}

function latestRelease(): string | undefined {
  const folders = readdirSync(join(root, 'releases'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return folders
    .map(({ name }) => name)
    .sort(compare)
    .at(-1);
}
