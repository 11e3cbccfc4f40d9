import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles } from '../prepare/check-files.ts';
import { checkReady } from '../prepare/check-ready.ts';
import { writeRelease } from '../prepare/prepare-release.ts';
import { type ReleaseRecord, readRecord, recordText, releaseFiles, textOf } from '../prepare/release-record.ts';
import { ReleaseError } from '../release-error.ts';
import { run } from '../run.ts';
import { checkModule } from './check-module.ts';

/**
 * Checks that tag, HEAD, manifests and digests agree: the files in `releases/VERSION` match its record, HEAD produces
 * the same files. Go produces the same module from the tag.
 *
 * @param root of a repository
 * @throws {ReleaseError} when they do not agree
 */
export async function checkPublishable(root: string, version: string): Promise<void> {
  await checkReady(root, version);
  const text = await recordText(root, version);
  const title = `${version} cannot be published, and nothing was:`;
  if (text === undefined) {
    throw new ReleaseError(title, [
      `there is no releases/${version}: run \`pnpm release ${version}\` and commit the files that it writes`,
      `if v${version} was pushed, release the next version: docs/reference/versions.md`,
      `and retract v${version} in go.mod`,
    ]);
  }
  const record = readRecord(text, version);
  const problems = [
    ...(await checkTag(root, version)),
    ...(await checkFiles(root, record)),
    ...(await checkRebuilt(root, record, text)),
  ];
  // Not checked after other problems: with other files or another commit, the sums of the tag's module differ anyway.
  if (problems.length === 0) problems.push(...(await checkModule(root, record)));
  if (problems.length > 0) throw new ReleaseError(title, problems);
}

async function checkTag(root: string, version: string): Promise<string[]> {
  const commitOf = async (name: string) =>
    (await run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { cwd: root }).catch(() => '')).trim();
  const [head, tagged] = [await commitOf('HEAD'), await commitOf(`refs/tags/v${version}`)];
  if (tagged === '') return [`there is no tag: \`git tag v${version}\` after the rehearsal has passed`];
  if (tagged === head) return [];
  return [`the tag v${version} is ${tagged}, and HEAD ${head}: check out the tag, or delete it if nobody has it yet`];
}

async function checkRebuilt(root: string, recorded: ReleaseRecord, text: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rebuilt-'));
  try {
    const rebuilt = await writeRelease(root, recorded.version, folder);
    if (textOf(rebuilt) === text) return [];
    const others = rebuilt.artefacts.filter(({ name, sha256 }) => {
      return recorded.artefacts.find((artefact) => artefact.name === name)?.sha256 !== sha256;
    });
    const names = others.map(({ name }) => name).join(', ') || releaseFiles.record;
    const advice =
      'give commits after `pnpm release` the next version; without any, pack with the Python and Go of .github/actions/toolchains';
    return [`HEAD makes other files than were prepared (${names}): ${advice}`];
  } finally {
    await rm(folder, { recursive: true });
  }
}
