import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseNotes } from '../notes/release-notes.ts';
import { readRecord, recordText, releaseFiles } from '../prepare/release-record.ts';
import { run } from '../run.ts';

/**
 * Creates the GitHub release of a tag with `gh`, with the notes and the artefacts in release.json. An existing release
 * is not changed, except for a draft, which an interrupted run leaves behind and this run completes.
 *
 * @param root of a clone, at the tag
 */
export async function createGithubRelease(
  root: string,
  version: string,
): Promise<'created' | 'finished' | 'unchanged'> {
  const tag = `v${version}`;
  const state = await stateOf(root, tag);
  if (state === 'released') return 'unchanged';
  const folder = await mkdtemp(join(tmpdir(), 'notes-'));
  try {
    const notes = join(folder, 'notes.md');
    await writeFile(notes, releaseNotes(root, version));
    const about = ['--verify-tag', '--title', tag, '--notes-file', notes];
    if (version.includes('-')) about.push('--prerelease');
    const record = readRecord((await recordText(root, version)) ?? '', version);
    const files = record.artefacts.map(({ name }) => join('releases', version, releaseFiles.artefacts, name));
    if (state === 'missing') {
      await run('gh', ['release', 'create', tag, ...about, ...files], { cwd: root });
      return 'created';
    }
    await run('gh', ['release', 'upload', tag, '--clobber', ...files], { cwd: root });
    await run('gh', ['release', 'edit', tag, '--draft=false', ...about], { cwd: root });
    return 'finished';
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function stateOf(root: string, tag: string): Promise<'missing' | 'draft' | 'released'> {
  try {
    const output = await run('gh', ['release', 'view', tag, '--json', 'isDraft'], { cwd: root });
    return (JSON.parse(output) as { isDraft: boolean }).isDraft ? 'draft' : 'released';
  } catch (error) {
    if ((error as Error).message.includes('release not found')) return 'missing';
    throw error;
  }
}
