import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { manifestVersion } from '@example/check';
import { run } from '../run.ts';
import { checkManifests } from './check-manifests.ts';
import { ReleaseError } from './release-error.ts';
import { releaseFiles } from './release-record.ts';
import { checkVersionForm } from './version-form.ts';

/**
 * @param root of a repository
 * @throws {ReleaseError} when that is no version, its tree is not clean, or its manifests do not agree with the version
 */
export async function checkReady(root: string, version: string): Promise<void> {
  checkVersionForm(version);
  const problems = [...(await checkClean(root)), ...checkVersion(root, version)];
  if (problems.length > 0) throw new ReleaseError(`${version} cannot be released:`, problems);
}

const mostShown = 10;

async function checkClean(root: string): Promise<string[]> {
  const status = (await run('git', ['status', '--porcelain'], { cwd: root })).trimEnd();
  if (status === '') return [];
  const changed = status.split('\n');
  const more = changed.length > mostShown ? [`and ${changed.length - mostShown} more`] : [];
  return [['the tree is not clean, commit or `git stash -u`:', ...changed.slice(0, mostShown), ...more].join('\n')];
}

function checkVersion(root: string, version: string): string[] {
  return isKept(root, version) ? [] : checkManifests(root, version);
}

/** Whether it is an earlier version, which is made from its descriptor set and has no manifests to agree with. */
export function isKept(root: string, version: string): boolean {
  const descriptors = join(root, 'releases', version, releaseFiles.descriptors);
  return existsSync(descriptors) && manifestVersion(root) !== version;
}
