import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goVersionFile, packageVersion, pythonVersionFile } from '@example/dev';
import { readChangelog } from '../changelog.ts';

const form = /^\d+\.\d+\.\d+(-rc\.\d+)?$/;

/**
 * Whether all that names the version agrees.
 *
 * @param root of a repository
 * @returns what does not, and what to do
 */
export function checkManifests(root: string, version: string): string[] {
  if (!form.test(version)) return [`"${version}" is not a version such as 1.3.0 or 1.3.0-rc.1`];
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
  }
  return problems;
}

function contentIn(root: string, path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
