import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registryOf } from '@example/check';
import { readChangelog } from '../changelog.ts';
import { releaseFiles } from '../prepare/release-record.ts';
import { ReleaseError } from '../release-error.ts';
import { releasedApis } from '../released-apis.ts';
import { compareVersions } from '../versions.ts';
import { compareApis } from './api-surface.ts';

/**
 * The text of the changelog about a version, with links that work outside the repository, and the differences between
 * its API and that of the previous version. The notes of candidates have both, too.
 *
 * @param root of a repository in which the version is prepared
 * @returns Markdown
 * @throws {ReleaseError} when CHANGELOG.md does not have the version, or the version is not prepared
 */
export function releaseNotes(root: string, version: string): string {
  const entry = readChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).find((one) => one.version === version);
  if (!entry) {
    throw new ReleaseError('There are no notes:', [`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)"`]);
  }
  const descriptors = join(root, 'releases', version, releaseFiles.descriptors);
  if (!existsSync(descriptors)) {
    throw new ReleaseError('There are no notes yet:', [
      `they need releases/${version}/${releaseFiles.descriptors}: run \`pnpm release ${version}\` first`,
    ]);
  }
  const notes = withAbsoluteLinks(entry.notes, root, version);
  const before = releasedApis(root).findLast((api) => compareVersions(api.version, version) < 0);
  if (!before) return `${notes}\n`;
  const differences = compareApis(before.registry, registryOf(readFileSync(descriptors)));
  return `${notes}\n\n${apiSection(differences, before.version)}`;
}

/** Makes relative links lead to the files of the tag, because they would be broken on the page of a GitHub release. */
function withAbsoluteLinks(markdown: string, root: string, version: string): string {
  const { repository } = JSON.parse(readFileSync(join(root, 'packages/protos/package.json'), 'utf8')) as {
    repository: { url: string };
  };
  const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return markdown.replace(/(?<=\]\()(?![a-z]+:|#)(?=[^)\s]+\))/g, `${home}/blob/v${version}/`);
}

function apiSection(differences: ReturnType<typeof compareApis>, before: string): string {
  const titles = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const;
  const parts = Object.entries(titles).flatMap(([kind, title]) => {
    const lines = differences[kind as keyof typeof titles];
    return lines.length === 0 ? [] : [`${title}:\n\n${lines.map((line) => `- ${line}\n`).join('')}`];
  });
  return parts.length === 0
    ? `### API\n\nAs in ${before}.\n`
    : `### API, compared with ${before}\n\n${parts.join('\n')}`;
}
