import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goVersionFile, packageVersion, pythonVersionFile } from '@example/check';
import { readChangelog } from '../changelog.ts';
import { goModulePath } from './go-module-path.ts';

/**
 * Whether all that names the version agrees.
 *
 * @param root of a repository
 * @returns what does not, and what to do
 */
export function checkManifests(root: string, version: string): string[] {
  const manifest = packageVersion(root);
  const problems: string[] = [];
  if (manifest.version !== version) {
    problems.push(
      `packages/protos/package.json says ${manifest.version}: make it ${version}, and run \`pnpm generate\``,
    );
  }
  for (const { path, contentOf } of [goVersionFile, pythonVersionFile]) {
    if (contentIn(root, path) !== contentOf(manifest)) {
      problems.push(`${path} is not what package.json and the protos say: run \`pnpm generate\``);
    }
  }
  const [newest] = readChangelog(contentIn(root, 'CHANGELOG.md'));
  if (newest?.version !== version) {
    problems.push(
      `CHANGELOG.md begins with ${newest?.version ?? 'nothing'}: write "## ${version} (YYYY-MM-DD)" above it`,
    );
  } else if (!isDay(newest.date)) {
    problems.push(`CHANGELOG.md says that ${version} is of ${newest.date}, which is no day: correct it`);
  }
  return [...problems, ...checkModulePath(root, version)];
}

/** Whether it is in the calendar. @param date such as `2026-11-21` */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** Go has each major version after the first in a module of its own: https://go.dev/ref/mod#major-version-suffixes */
export function checkModulePath(root: string, version: string): string[] {
  const path = goModulePath(root);
  const major = Number(version.split('.')[0]);
  const right = path.replace(/\/v\d+$/, '') + (major > 1 ? `/v${major}` : '');
  if (path === right) return [];
  return [
    `go.mod says ${path}, and Go takes ${version} only as ${right}: see "A second major version" in docs/reference/versions.md`,
  ];
}

function contentIn(root: string, path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
