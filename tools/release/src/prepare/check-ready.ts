import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goVersionFile, packageVersion, pythonVersionFile } from '@example/check';
import { goModulePath } from '../artefacts/pack.ts';
import { readChangelog } from '../changelog.ts';
import { ReleaseError } from '../release-error.ts';
import { run } from '../run.ts';
import { isVersion } from '../versions.ts';

/**
 * @param root of a repository
 * @throws {ReleaseError} when the version is invalid, the tree is not clean, or the manifests do not agree with the
 *   version
 */
export async function checkReady(root: string, version: string): Promise<void> {
  const problems = isVersion(version)
    ? [...(await checkClean(root)), ...checkManifests(root, version)]
    : [`"${version}" is not a version such as 1.3.0 or 1.3.0-rc.1`];
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

function checkManifests(root: string, version: string): string[] {
  const manifest = packageVersion(root);
  if (manifest.version !== version && existsSync(join(root, 'releases', version))) {
    return [`HEAD is version ${manifest.version}, and ${version} is never prepared again: check out v${version}`];
  }
  const problems: string[] = [];
  if (manifest.version !== version) {
    problems.push(
      `packages/protos/package.json has ${manifest.version}: make it ${version}, and run \`pnpm generate\``,
    );
  }
  for (const { path, contentOf } of [goVersionFile, pythonVersionFile]) {
    if (contentIn(root, path) === contentOf(manifest)) continue;
    problems.push(`${path} does not agree with package.json and the protos: run \`pnpm generate\``);
  }
  return [...problems, ...checkChangelog(root, version), ...checkModulePath(root, version)];
}

function checkChangelog(root: string, version: string): string[] {
  const [newest] = readChangelog(contentIn(root, 'CHANGELOG.md'));
  if (newest?.version !== version) {
    return [`CHANGELOG.md does not begin with ${version} and a day: write "## ${version} (YYYY-MM-DD)"`];
  }
  if (isDay(newest.date)) return [];
  return [`CHANGELOG.md has the day ${newest.date} for ${version}, which is not in the calendar: correct it`];
}

/** @param date such as `2026-11-21` */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** In Go each major version after the first is a separate module: https://go.dev/ref/mod#major-version-suffixes */
export function checkModulePath(root: string, version: string): string[] {
  const path = goModulePath(root);
  const major = Number(version.split('.')[0]);
  const right = path.replace(/\/v\d+$/, '') + (major > 1 ? `/v${major}` : '');
  if (path === right) return [];
  return [
    `go.mod has ${path}, and Go accepts ${version} only as ${right}: see "A second major version" in docs/reference/versions.md`,
  ];
}

function contentIn(root: string, path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
