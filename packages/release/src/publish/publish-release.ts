import { join } from 'node:path';
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
  /** Where to, in this order. */
  readonly to: readonly Target['name'][];
  print(line: string): void;
}

const timeoutMs = 300_000;

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
 * Publishes artefacts that `checkPublishable` has just taken. Every registry is asked before the first gets anything; one that has the
 * version already is left as it is, so that whoever runs this again goes on where it ended.
 *
 * @throws {ReleaseError} when a registry fails, or has other bytes under the version
 */
export async function publishChecked({ root, version, to, print }: PublishOptions): Promise<void> {
  const folder = join(root, 'releases', version, releaseFiles.artefacts);
  const targets = [goTarget, npmTarget, pythonTarget].map((target) => target({ root, version, folder, timeoutMs }));
  await publishTo(
    targets.filter(({ name }) => to.includes(name)),
    version,
    print,
  );
}

/** Publishes to those that do not have it yet. @throws {ReleaseError} */
export async function publishTo(
  targets: readonly Target[],
  version: string,
  print: (line: string) => void,
): Promise<void> {
  const missing = await askAll(targets, version, print);
  const published = targets.filter((target) => !missing.includes(target));
  for (const target of missing) {
    await publishOne(target, published, missing.slice(missing.indexOf(target) + 1));
    published.push(target);
    print(`published  ${target.what}`);
  }
}

async function askAll(targets: readonly Target[], version: string, print: (line: string) => void): Promise<Target[]> {
  const answers = await Promise.allSettled(targets.map(async (target) => await target.isPublished()));
  const problems = answers.flatMap((answer, i) => {
    if (answer.status === 'fulfilled') return [];
    return [`${targets[i]?.name}: ${toDo(answer.reason as Error)}`];
  });
  if (problems.length > 0) throw new ReleaseError(`Nothing of ${version} was published now:`, problems);
  return targets.filter((target, i) => {
    const answer = answers[i];
    const isThere = answer?.status === 'fulfilled' && answer.value;
    if (isThere) print(`was there  ${target.what}`);
    return !isThere;
  });
}

function toDo(error: Error): string {
  if (error instanceof ReleaseError) return error.message;
  const what = error instanceof ConflictError ? 'give what is new another version' : 'run this again when it answers';
  return `${what}. ${error.message}`;
}

/** An upload may fail after the registry has taken it. */
async function publishOne(target: Target, published: readonly Target[], left: readonly Target[]): Promise<void> {
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
  const why = await whyNotShown(target);
  if (why === undefined) return;
  throw new ReleaseError(`${target.name} has taken ${target.what}, and does not show it:`, [
    why,
    `published: ${listOf(published)}`,
    `not yet: ${listOf(left)}`,
    'run this again in a minute: it publishes what is missing, from the same files',
  ]);
}

async function whyNotShown(target: Target): Promise<string | undefined> {
  try {
    return (await target.isPublished()) ? undefined : 'the registry does not have it yet';
  } catch (error) {
    return (error as Error).message;
  }
}

function listOf(targets: readonly Target[]): string {
  return targets.map(({ what }) => what).join(', ') || 'nothing';
}
