import { manifestVersion } from '@example/check';
import { checkModule } from '../publish/check-module.ts';
import { checkPublishable } from '../publish/check-publishable.ts';
import { checkModulePath } from '../release/check-manifests.ts';
import { recordOf } from '../release/prepare-release.ts';
import { ReleaseError } from '../release/release-error.ts';
import { readRecord } from '../release/release-record.ts';
import { type NamedRegistries, namedRegistries } from './named-registries.ts';
import { withoutTokens } from './tokens.ts';
import { notice, setOutput, type WorkflowRun } from './workflow-run.ts';

/** What a tag has publish.yaml do. */
export interface PublishPlan extends NamedRegistries {
  readonly version: string;
}

/** More than we release: https://go.dev/ref/mod#versions */
const isGoVersion = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\da-zA-Z.-]+)?$/;

/**
 * @param root of a clone, at the tag
 * @returns the version of the tag that publish.yaml runs on
 * @throws {ReleaseError} when its commit cannot be published
 */
export async function checkTagged(root: string, { env }: WorkflowRun): Promise<string> {
  const { GITHUB_REF: ref = '' } = env;
  const version = /^refs\/tags\/v(.+)$/.exec(ref)?.[1];
  if (version === undefined) {
    throw new ReleaseError('Nothing was published:', [`this is ${ref}: run the workflow on a tag such as v1.3.0`]);
  }
  await withoutTokens(() =>
    checkPublishable(root, version).catch(async (error: Error) => {
      if (error instanceof ReleaseError) throw await refusalOf(root, error, version);
      throw error;
    }),
  );
  return version;
}

/**
 * Checks the commit of the tag that publish.yaml runs on, and gives the job the output `registries`, which is empty where
 * none is set, as in a fork.
 *
 * @param root of a clone, at the tag
 * @throws {ReleaseError} when there is nothing to publish
 */
export async function planPublish(root: string, run: WorkflowRun): Promise<PublishPlan> {
  const version = await checkTagged(root, run);
  const named = namedRegistries(run.env);
  for (const [name, variables] of named.missing) {
    const names = variables.join(' and ');
    await notice(run, `${name} is left out: to publish there, set ${names} among the repository's variables`);
  }
  await setOutput(run, 'registries', named.registries.join(' '));
  return { version, ...named };
}

async function refusalOf(root: string, { message }: ReleaseError, version: string): Promise<ReleaseError> {
  return new ReleaseError(`The tag v${version} published nothing to npm and PyPI.`, [
    ...message.split('\n').map((line) => line.replace(/^- /, '')),
    ...(await retraction(root, version)),
    'release.yaml makes tags: it checks and rehearses before',
  ]);
}

/** Whoever pushed a tag that Go takes has published the Go module, which is the right one if Go makes of the tag what was prepared. */
async function retraction(root: string, version: string): Promise<string[]> {
  if (!isGoVersion.test(version) || checkModulePath(root, version).length > 0) {
    return ['Go makes no module of this tag: delete it at the remote'];
  }
  if (await isModuleAsPrepared(root, version)) return [];
  return [
    `module proxies may have the Go module v${version} already: \`go mod edit -retract=v${version}\`, and release the next version`,
  ];
}

async function isModuleAsPrepared(root: string, version: string): Promise<boolean> {
  const text = manifestVersion(root) === version ? await recordOf(root, version) : undefined;
  if (text === undefined) return false;
  try {
    return (await checkModule(root, readRecord(text, version))).length === 0;
  } catch (error) {
    if (error instanceof ReleaseError) return false;
    throw error;
  }
}
