import { checkPublishable } from '../publish/check-publishable.ts';
import { goTarget } from '../publish/go-target.ts';
import { askRegistries } from '../publish/publish-release.ts';
import { ConflictError } from '../publish/registry-target.ts';
import { ReleaseError } from '../release/release-error.ts';
import { run } from '../run.ts';
import { namedRegistries } from './named-registries.ts';
import { withoutTokens } from './tokens.ts';
import type { WorkflowRun } from './workflow-run.ts';

const longestGitMs = 60_000;

/**
 * Whether the version can be released from the commit that release.yaml was dispatched on: every registry that the run knows of is asked
 * whether it has other bytes under it. The clone of the run gets the tag, and nobody else.
 *
 * @param root of the clone
 * @throws {ReleaseError} when it cannot
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
  await goTarget({ root, version, folder: root, timeoutMs: longestGitMs })
    .isPublished()
    .catch((error: Error) => {
      const isTaken = error instanceof ConflictError;
      const toDo = isTaken
        ? `a pushed tag stands for ever: \`gh workflow run publish.yaml --ref ${tag}\` goes on with its release, and what is new needs the next version`
        : 'run this again when it answers';
      throw new ReleaseError(title, [error.message, toDo]);
    });
  const { registries, clientEnv } = namedRegistries(env);
  Object.assign(process.env, clientEnv);
  await withoutTokens(() => askRegistries({ root, version, to: registries, print }));
}
