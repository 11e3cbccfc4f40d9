import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readChangelog } from '../changelog.ts';
import { compareVersions } from '../release/compare-versions.ts';
import { ReleaseError } from '../release/release-error.ts';
import { releaseFiles } from '../release/release-record.ts';
import { registryOf } from '../release/wire-vectors.ts';
import { compareSurfaces, type SurfaceDifference } from './api-surface.ts';
import { releasedApis } from './versions.ts';

/**
 * What CHANGELOG.md says of a version, with links that work anywhere, and how its API differs from the version before, a candidate's too.
 *
 * @param root of a repository in which the version is prepared
 * @returns Markdown
 * @throws {ReleaseError} when CHANGELOG.md does not have the version, or it is not prepared
 */
export function releaseNotes(root: string, version: string): string {
  const entry = readChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).find((one) => one.version === version);
  if (!entry)
    throw new ReleaseError('There are no notes:', [`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)"`]);
  const descriptors = join(root, 'releases', version, releaseFiles.descriptors);
  if (!existsSync(descriptors)) {
    throw new ReleaseError('There are no notes yet:', [
      `they compare releases/${version}/${releaseFiles.descriptors}: run \`pnpm release ${version}\` before`,
    ]);
  }
  const notes = withAbsoluteLinks(entry.notes, root, version);
  const before = releasedApis(root).findLast((api) => compareVersions(api.version, version) < 0);
  if (!before) return `${notes}\n`;
  const now = registryOf(readFileSync(descriptors));
  return `${notes}\n\n${textOf(compareSurfaces(before.registry, now), before.version)}`;
}

/** Links into the repository, at the tag: seen from the page of a release, the changelog's lead nowhere. */
function withAbsoluteLinks(markdown: string, root: string, version: string): string {
  const { repository } = JSON.parse(readFileSync(join(root, 'packages/protos/package.json'), 'utf8')) as {
    repository: { url: string };
  };
  const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return markdown.replace(/(?<=\]\()(?![a-z]+:|#)(?=[^)\s]+\))/g, `${home}/blob/v${version}/`);
}

function textOf(difference: SurfaceDifference, before: string): string {
  const parts = Object.entries(difference).filter(([, lines]) => lines.length > 0);
  if (parts.length === 0) return `### API\n\nAs in ${before}.\n`;
  const texts = parts.map(
    ([what, lines]) => `${capital(what)}:\n\n${lines.map((line: string) => `- ${line}\n`).join('')}`,
  );
  return `### API, compared with ${before}\n\n${texts.join('\n')}`;
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
