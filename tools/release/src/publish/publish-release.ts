import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { releaseFiles } from '../prepare/release-record.ts';
import { ReleaseError } from '../release-error.ts';
import { checkPublishable } from './check-publishable.ts';
import { npmTarget } from './npm-target.ts';
import { pythonTarget } from './python-target.ts';
import { ConflictError, type Target } from './registry-target.ts';
import { tagTarget } from './tag-target.ts';

export interface PublishOptions {
  /** The root of a repository. */
  readonly root: string;
  readonly version: string;
  /** The registries to publish to. */
  readonly to: readonly Target['name'][];
  print(line: string): void;
}

/** The order of publishing. The tag is last: it publishes the Go module, which module proxies keep for ever. */
export const inOrder = [npmTarget, pythonTarget, tagTarget];

const timeoutMs = 300_000;
/** The pauses between queries until a registry returns an upload. Caches of registries may lag by two minutes. */
export const pausesMs: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];

/**
 * Checks the artefacts in `releases/VERSION`, and publishes them.
 *
 * @throws {ReleaseError} when tag, HEAD, manifests and digests do not agree, when a registry fails, or when a registry
 *   has the version with other bytes
 */
export async function publishRelease(options: PublishOptions): Promise<void> {
  await checkPublishable(options.root, options.version);
  await publishChecked(options);
}

/**
 * Publishes artefacts that `checkPublishable` has accepted. First it asks all registries whether they have the version
 * and accept our credentials. A registry that already has the version is skipped, so that a second run resumes the
 * first.
 *
 * @throws {ReleaseError} when a registry fails, or has the version with other bytes
 */
export async function publishChecked(options: PublishOptions): Promise<void> {
  await publishTo(targetsOf(options), options.version, options.print);
}

/**
 * Asks registries whether they have the version.
 *
 * @throws {ReleaseError} when one does not respond, or has the version with other bytes
 */
export async function askRegistries(options: PublishOptions): Promise<void> {
  await askAll(targetsOf(options), options.version, options.print);
}

function targetsOf({ root, version, to }: PublishOptions): Target[] {
  const folder = join(root, 'releases', version, releaseFiles.artefacts);
  const targets = inOrder.map((target) => target({ root, version, folder, timeoutMs }));
  return targets.filter(({ name }) => to.includes(name));
}

/** Publishes to the registries that lack the version, one after the other. @throws {ReleaseError} */
export async function publishTo(
  targets: readonly Target[],
  version: string,
  print: (line: string) => void,
  pauses = pausesMs,
): Promise<void> {
  const missing = await askAll(targets, version, print);
  await checkAccess(missing, version);
  const published = targets.filter((target) => !missing.includes(target));
  for (const [i, target] of missing.entries()) {
    await publishOne(target, published, missing.slice(i + 1), pauses);
    published.push(target);
    print(`published  ${target.what}`);
  }
}

/** @returns the registries that lack the version */
async function askAll(targets: readonly Target[], version: string, print: (line: string) => void): Promise<Target[]> {
  const results = await Promise.allSettled(targets.map(async (target) => await target.isPublished()));
  refuseFailures(results, targets, version, (error) =>
    error instanceof ConflictError ? 'give the changes the next version' : 'run this again when it responds',
  );
  return targets.filter((target, i) => {
    const result = results[i];
    const isPresent = result?.status === 'fulfilled' && result.value;
    if (isPresent) print(`existed    ${target.what}`);
    return !isPresent;
  });
}

async function checkAccess(targets: readonly Target[], version: string): Promise<void> {
  const results = await Promise.allSettled(targets.map(async (target) => await target.checkAccess()));
  refuseFailures(results, targets, version, () => 'check that it responds, and that you may publish there');
}

/** @throws {ReleaseError} when one of the results is an error */
function refuseFailures(
  results: readonly PromiseSettledResult<unknown>[],
  targets: readonly Target[],
  version: string,
  adviceOn: (error: Error) => string,
): void {
  const problems = results.flatMap((result, i) => {
    if (result.status === 'fulfilled') return [];
    const error = result.reason as Error;
    const text = error instanceof ReleaseError ? error.message : `${adviceOn(error)}. ${error.message}`;
    return [`${targets[i]?.name}: ${text}`];
  });
  if (problems.length > 0) throw new ReleaseError(`Nothing of ${version} was published now:`, problems);
}

async function publishOne(
  target: Target,
  published: readonly Target[],
  left: readonly Target[],
  pauses: readonly number[],
): Promise<void> {
  try {
    await target.publish();
  } catch (error) {
    // An upload may report a failure although the registry has stored it.
    if (await target.isPublished().catch(() => false)) return;
    throw new ReleaseError(`${target.name} has failed:`, [
      (error as Error).message,
      `published: ${listOf(published)}`,
      `not yet: ${listOf([target, ...left])}`,
      'run this again: it publishes the rest, from the same files',
    ]);
  }
  const reason = await whyNotShown(target, pauses);
  if (reason === undefined) return;
  throw new ReleaseError(`${target.name} has accepted ${target.what}, and does not show it:`, [
    reason,
    `published: ${listOf(published)}`,
    `not yet: ${listOf(left)}`,
    'run this again later: it publishes the rest, from the same files',
  ]);
}

/** @returns undefined when the registry returns the version, otherwise the reason */
async function whyNotShown(target: Target, pauses: readonly number[]): Promise<string | undefined> {
  let reason: string | undefined;
  for (const pause of [0, ...pauses]) {
    await setTimeout(pause);
    try {
      if (await target.isPublished()) return undefined;
      reason = 'the registry does not have it yet';
    } catch (error) {
      reason = (error as Error).message;
      if (error instanceof ConflictError) return reason;
    }
  }
  return reason;
}

function listOf(targets: readonly Target[]): string {
  return targets.map(({ what }) => what).join(', ') || 'nothing';
}
