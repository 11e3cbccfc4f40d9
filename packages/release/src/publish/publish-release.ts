import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ReleaseError } from '../release/release-error.ts';
import { releaseFiles } from '../release/release-record.ts';
import { checkPublishable } from './check-publishable.ts';
import { goTarget } from './go-target.ts';
import { npmTarget } from './npm-target.ts';
import { pythonTarget } from './python-target.ts';
import { ConflictError, type Target } from './registry-target.ts';

export interface PublishOptions {
  /** The root of a repository. */
  readonly root: string;
  readonly version: string;
  /** Where to. */
  readonly to: readonly Target['name'][];
  print(line: string): void;
}

/** Go comes last: what module proxies have taken, they keep for ever. */
export const inOrder = [npmTarget, pythonTarget, goTarget];

const timeoutMs = 300_000;
/** Between one question and the next, whether a registry shows what it has taken: caches before it may not, for two minutes. */
export const pausesMs: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];

/**
 * Checks the artefacts in `releases/VERSION`, and publishes them.
 *
 * @throws {ReleaseError} when tag, HEAD, manifests and digests do not agree, a registry fails, or has other bytes under the version
 */
export async function publishRelease(options: PublishOptions): Promise<void> {
  await checkPublishable(options.root, options.version);
  await publishChecked(options);
}

/**
 * Publishes artefacts that `checkPublishable` has just taken. Every registry is asked before the first gets anything, whether we may publish
 * there too; one that has the version already is left as it is, so that whoever runs this again goes on where it ended.
 *
 * @throws {ReleaseError} when a registry fails, or has other bytes under the version
 */
export async function publishChecked(options: PublishOptions): Promise<void> {
  await publishTo(targetsOf(options), options.version, options.print);
}

/**
 * Asks registries what they have of a version, and says where it is there already.
 *
 * @throws {ReleaseError} when one does not answer, or has other bytes under the version
 */
export async function askRegistries(options: PublishOptions): Promise<void> {
  await askAll(targetsOf(options), options.version, options.print);
}

function targetsOf({ root, version, to }: PublishOptions): Target[] {
  const folder = join(root, 'releases', version, releaseFiles.artefacts);
  const targets = inOrder.map((target) => target({ root, version, folder, timeoutMs }));
  return targets.filter(({ name }) => to.includes(name));
}

/** Publishes to those that do not have it yet, in their order. @throws {ReleaseError} */
export async function publishTo(
  targets: readonly Target[],
  version: string,
  print: (line: string) => void,
  pauses = pausesMs,
): Promise<void> {
  const missing = await askAll(targets, version, print);
  await checkAccess(missing, version);
  const published = targets.filter((target) => !missing.includes(target));
  for (const target of missing) {
    await publishOne(target, published, missing.slice(missing.indexOf(target) + 1), pauses);
    published.push(target);
    print(`published  ${target.what}`);
  }
}

async function askAll(targets: readonly Target[], version: string, print: (line: string) => void): Promise<Target[]> {
  const answers = await Promise.allSettled(targets.map(async (target) => await target.isPublished()));
  refuse(answers, targets, version, (error) =>
    error instanceof ConflictError ? 'give what is new another version' : 'run this again when it answers',
  );
  return targets.filter((target, i) => {
    const answer = answers[i];
    const isThere = answer?.status === 'fulfilled' && answer.value;
    if (isThere) print(`was there  ${target.what}`);
    return !isThere;
  });
}

async function checkAccess(targets: readonly Target[], version: string): Promise<void> {
  const answers = await Promise.allSettled(targets.map(async (target) => await target.checkAccess()));
  refuse(answers, targets, version, () => 'see that it answers, and that you may publish there');
}

/** @throws {ReleaseError} when one of the answers is an error */
function refuse(
  answers: readonly PromiseSettledResult<unknown>[],
  targets: readonly Target[],
  version: string,
  toDo: (error: Error) => string,
): void {
  const problems = answers.flatMap((answer, i) => {
    if (answer.status === 'fulfilled') return [];
    const error = answer.reason as Error;
    const what = error instanceof ReleaseError ? error.message : `${toDo(error)}. ${error.message}`;
    return [`${targets[i]?.name}: ${what}`];
  });
  if (problems.length > 0) throw new ReleaseError(`Nothing of ${version} was published now:`, problems);
}

/** An upload may fail after the registry has taken it. */
async function publishOne(
  target: Target,
  published: readonly Target[],
  left: readonly Target[],
  pauses: readonly number[],
): Promise<void> {
  try {
    await target.publish();
  } catch (error) {
    if (await target.isPublished().catch(() => false)) return;
    throw new ReleaseError(`${target.name} has failed:`, [
      (error as Error).message,
      `published: ${listOf(published)}`,
      `not yet: ${listOf([target, ...left])}`,
      'run this again: it publishes what is missing, from the same files',
    ]);
  }
  const why = await whyNotShown(target, pauses);
  if (why === undefined) return;
  throw new ReleaseError(`${target.name} has taken ${target.what}, and does not show it:`, [
    why,
    `published: ${listOf(published)}`,
    `not yet: ${listOf(left)}`,
    'run this again later: it publishes what is missing, from the same files',
  ]);
}

async function whyNotShown(target: Target, pauses: readonly number[]): Promise<string | undefined> {
  let why: string | undefined;
  for (const pause of [0, ...pauses]) {
    await setTimeout(pause);
    try {
      if (await target.isPublished()) return undefined;
      why = 'the registry does not have it yet';
    } catch (error) {
      why = (error as Error).message;
      if (error instanceof ConflictError) return why;
    }
  }
  return why;
}

function listOf(targets: readonly Target[]): string {
  return targets.map(({ what }) => what).join(', ') || 'nothing';
}
