import { checkPublishable } from '../publish/check-publishable.ts';
import { askRegistries } from '../publish/publish-release.ts';
import { ConflictError } from '../publish/registry-target.ts';
import { tagTarget } from '../publish/tag-target.ts';
import { ReleaseError } from '../release-error.ts';
import { run } from '../run.ts';
import { namedRegistries } from './plan-publish.ts';
import { type WorkflowRun, withoutTokens } from './workflow-run.ts';

/** A git command that takes longer is killed. */
const gitTimeoutMs = 60_000;

/**
 * Checks that the version can be released from the commit for which release.yaml was dispatched. Every configured
 * registry is asked whether it has the version with other bytes. The tag is created only in the clone of this run.
 *
 * @param root of the clone
 * @throws {ReleaseError} when the version cannot be released
 */
export async function requestRelease(root: string, version: string, { env, print }: WorkflowRun): Promise<void> {
  const title = `${version} cannot be released, and nothing was now:`;
  const branch = env['DEFAULT_BRANCH'];
  if (env['GITHUB_REF'] !== `refs/heads/${branch}`) {
    throw new ReleaseError(title, [`this is ${env['GITHUB_REF']}: run the workflow on ${branch}`]);
  }
  const tag = `v${version}`;
  await run('git', ['check-ref-format', `refs/tags/${tag}`], { cwd: root }).catch(() => {
    throw new ReleaseError(title, [`"${version}" is not a version such as 1.3.0 or 1.3.0-rc.1`]);
  });
  await run('git', ['tag', '--force', tag, 'HEAD'], { cwd: root });
  await withoutTokens(() => checkPublishable(root, version));
  await tagTarget({ root, version, folder: root, timeoutMs: gitTimeoutMs })
    .isPublished()
    .catch((error: Error) => {
      const advice =
        error instanceof ConflictError
          ? `resume it by \`gh workflow run publish.yaml --ref ${tag}\`, or give the changes the next version`
          : 'run this again when it responds';
      throw new ReleaseError(title, [error.message, advice]);
    });
  const { registries, clientEnv } = namedRegistries(env);
  Object.assign(process.env, clientEnv);
  await withoutTokens(() => askRegistries({ root, version, to: registries, print }));
}
