import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles } from '../release/check-files.ts';
import { checkReady, isKept } from '../release/check-ready.ts';
import { recordOf, writeRelease } from '../release/prepare-release.ts';
import { ReleaseError } from '../release/release-error.ts';
import { type ReleaseRecord, readRecord, releaseFiles, textOf } from '../release/release-record.ts';
import { run } from '../run.ts';
import { checkModule } from './check-module.ts';

/**
 * Whether tag, HEAD, manifests and digests agree: the files in `releases/VERSION` are those that are recorded, and those that HEAD makes,
 * and the module is the one that Go makes of the tag.
 *
 * @param root of a repository
 * @throws {ReleaseError} when they do not
 */
export async function checkPublishable(root: string, version: string): Promise<void> {
  await checkReady(root, version);
  const text = await recordOf(root, version);
  const title = `${version} cannot be published, and nothing was:`;
  if (isKept(root, version)) throw new ReleaseError(title, [`HEAD is not version ${version}: check out v${version}`]);
  if (text === undefined) {
    throw new ReleaseError(title, [
      `there is no releases/${version}: run \`pnpm release ${version}\` and commit what it writes`,
      `if v${version} has been pushed, it stands for ever: retract it in go.mod, and release the next version (docs/reference/releasing.md)`,
    ]);
  }
  const record = readRecord(text, version);
  const problems = [
    ...(await checkTag(root, version)),
    ...(await checkFiles(root, record)),
    ...(await checkRebuilt(root, record, text)),
  ];
  // What Go makes of other files, or of another commit, says nothing.
  if (problems.length === 0) problems.push(...(await checkModule(root, record)));
  if (problems.length > 0) throw new ReleaseError(title, problems);
}

async function checkTag(root: string, version: string): Promise<string[]> {
  const commitOf = async (name: string) =>
    (await run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { cwd: root }).catch(() => '')).trim();
  const [head, tagged] = [await commitOf('HEAD'), await commitOf(`refs/tags/v${version}`)];
  if (tagged === '') return [`there is no tag: \`git tag v${version}\` when the rehearsal has passed`];
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
    return [
      `HEAD makes other files than were prepared (${names}): what came after \`pnpm release\` needs another version; if nothing did, pack with the Python and Go of .github/actions/toolchains`,
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
