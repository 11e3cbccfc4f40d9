import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseNotes } from '../gates/release-notes.ts';
import { recordOf } from '../release/prepare-release.ts';
import { type ReleaseRecord, releaseFiles } from '../release/release-record.ts';
import { run } from '../run.ts';

/**
 * Makes the GitHub release of a tag with `gh`: notes, API differences and the artefacts of release.json. One that is there stays as it is.
 *
 * @param root of a clone, at the tag
 */
export async function createGithubRelease(root: string, version: string): Promise<'created' | 'unchanged'> {
  const tag = `v${version}`;
  if (await isReleased(root, tag)) return 'unchanged';
  const folder = await mkdtemp(join(tmpdir(), 'notes-'));
  try {
    const notes = join(folder, 'notes.md');
    await writeFile(notes, releaseNotes(root, version));
    const args = ['release', 'create', tag, '--verify-tag', '--title', tag, '--notes-file', notes];
    if (version.includes('-')) args.push('--prerelease');
    const record = JSON.parse((await recordOf(root, version)) ?? '') as ReleaseRecord;
    const files = record.artefacts.map(({ name }) => join('releases', version, releaseFiles.artefacts, name));
    await run('gh', [...args, ...files], { cwd: root });
    return 'created';
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function isReleased(root: string, tag: string): Promise<boolean> {
  try {
    await run('gh', ['release', 'view', tag], { cwd: root });
    return true;
  } catch (error) {
    if ((error as Error).message.includes('release not found')) return false;
    throw error;
  }
}
