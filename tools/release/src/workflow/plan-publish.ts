import { manifestVersion } from '@example/check';
import { names } from '@example/kit/names';
import { checkModulePath } from '../prepare/check-ready.ts';
import { readRecord, recordText } from '../prepare/release-record.ts';
import { checkModule } from '../publish/check-module.ts';
import { checkPublishable } from '../publish/check-publishable.ts';
import type { Target } from '../publish/registry-target.ts';
import { ReleaseError } from '../release-error.ts';
import { notice, setOutput, type WorkflowRun, withoutTokens } from './workflow-run.ts';

/**
 * The variables of the repository that each registry needs, and the variables in which its client expects their values.
 */
const settings = {
  npm: { NPM_REGISTRY: `npm_config_${names.npmScope}:registry` },
  python: { PYTHON_UPLOAD_URL: 'UV_PUBLISH_URL', PYTHON_INDEX_URL: 'UV_PUBLISH_CHECK_URL' },
} as const;

/** The registries that the variables of a workflow run name. */
export interface NamedRegistries {
  readonly registries: readonly Target['name'][];
  /** The configuration of the registries' clients. */
  readonly clientEnv: Readonly<Record<string, string>>;
  /** The variables without a value, by the name of the registry. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

export function namedRegistries(env: NodeJS.ProcessEnv): NamedRegistries {
  const registries: Target['name'][] = [];
  const clientEnv: Record<string, string> = {};
  const missing = new Map<string, readonly string[]>();
  for (const [name, variables] of Object.entries(settings)) {
    const unset = Object.keys(variables).filter((variable) => !env[variable]);
    if (unset.length > 0) {
      missing.set(name, unset);
      continue;
    }
    registries.push(name as Target['name']);
    for (const [variable, client] of Object.entries(variables)) clientEnv[client] = env[variable] ?? '';
  }
  return { registries, clientEnv, missing };
}

/**
 * Checks the commit of the tag for which publish.yaml runs, and sets the job's output `registries`. It is empty when no
 * registry is configured, as in a fork.
 *
 * @param root of a clone, at the tag
 * @throws {ReleaseError} when the commit cannot be published
 */
export async function planPublish(root: string, run: WorkflowRun): Promise<NamedRegistries & { version: string }> {
  const version = await checkTagged(root, run);
  const named = namedRegistries(run.env);
  for (const [name, variables] of named.missing) {
    const names = variables.join(' and ');
    await notice(run, `${name} is left out: to publish there, set ${names} among the repository's variables`);
  }
  await setOutput(run, 'registries', named.registries.join(' '));
  return { version, ...named };
}

/**
 * @param root of a clone, at the tag
 * @returns the version of the tag for which publish.yaml runs
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

async function refusalOf(root: string, { message }: ReleaseError, version: string): Promise<ReleaseError> {
  return new ReleaseError(`The tag v${version} published nothing to npm and PyPI.`, [
    ...message.split('\n').map((line) => line.replace(/^- /, '')),
    ...(await retraction(root, version)),
    'release.yaml makes tags: it checks and rehearses first',
  ]);
}

/** Matches more versions than we release: https://go.dev/ref/mod#versions */
const isGoVersion = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\da-zA-Z.-]+)?$/;

/**
 * A pushed tag that Go accepts is a published Go module. The version must therefore be retracted, unless Go makes the
 * prepared module from the tag.
 */
async function retraction(root: string, version: string): Promise<string[]> {
  if (!isGoVersion.test(version) || checkModulePath(root, version).length > 0) {
    return ['Go cannot make a module of this tag: delete it at the remote'];
  }
  if (await isModuleAsPrepared(root, version)) return [];
  return [`Go may have the module already: \`go mod edit -retract=v${version}\`, and release the next version`];
}

async function isModuleAsPrepared(root: string, version: string): Promise<boolean> {
  const text = manifestVersion(root) === version ? await recordText(root, version) : undefined;
  if (text === undefined) return false;
  try {
    return (await checkModule(root, readRecord(text, version))).length === 0;
  } catch (error) {
    if (error instanceof ReleaseError) return false;
    throw error;
  }
}
