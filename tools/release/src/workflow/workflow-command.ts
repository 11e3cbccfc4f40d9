import { buildModuleZip } from '../artefacts/pack.ts';
import { publishChecked } from '../publish/publish-release.ts';
import { pythonTools } from '../python-tools.ts';
import { ReleaseError } from '../release-error.ts';
import { createGithubRelease } from './github-release.ts';
import { checkTagged, planPublish } from './plan-publish.ts';
import { requestRelease } from './request-release.ts';
import { signingEnvironment, signPython } from './sign-python.ts';
import { errorLine, type WorkflowRun } from './workflow-run.ts';

const usage = `Runs a step of .github/workflows/release.yaml or publish.yaml. Elsewhere use \`pnpm release\` and
\`pnpm release publish\`.

  pnpm release workflow install           installs the programs of the other steps, without a token
  pnpm release workflow request VERSION   checks that VERSION can be released from this commit
  pnpm release workflow tag VERSION       checks the same, and pushes the tag
  pnpm release workflow plan              checks that this tag can be published, and chooses the registries
  pnpm release workflow publish           publishes to these registries
  pnpm release workflow github            makes the release on GitHub
`;

type Step = (repository: string, run: WorkflowRun, version: string) => Promise<unknown>;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['install', install],
  ['plan', planPublish],
  ['publish', publish],
  ['github', makeRelease],
]);
const stepsOfVersion: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['request', (repository, run, version) => requestRelease(repository, version, run)],
  ['tag', pushTag],
]);

/** `pnpm release workflow` @returns the exit code */
export async function runWorkflow(args: readonly string[], run: WorkflowRun, repository: string): Promise<number> {
  const [name = '', version = ''] = args;
  const step = args.length > 2 ? undefined : (args.length === 2 ? stepsOfVersion : steps).get(name);
  if (!step) {
    run.print(usage);
    return name === '--help' ? 0 : 1;
  }
  try {
    await step(repository, run, version);
    return 0;
  } catch (error) {
    const { message, stack } = error as Error;
    run.print(errorLine(error instanceof ReleaseError ? message : `${stack}`));
    return 1;
  }
}

async function install(): Promise<void> {
  pythonTools();
  signingEnvironment();
  await buildModuleZip();
}

async function pushTag(root: string, run: WorkflowRun, version: string): Promise<void> {
  await requestRelease(root, version, run);
  await publishChecked({ root, version, to: ['tag'], print: run.print });
}

async function publish(root: string, run: WorkflowRun): Promise<void> {
  const { version, registries, clientEnv } = await planPublish(root, run);
  Object.assign(process.env, clientEnv);
  if (registries.includes('python') && run.env['ACTIONS_ID_TOKEN_REQUEST_URL']) await signPython(root, version);
  await publishChecked({ root, version, to: registries, print: run.print });
}

async function makeRelease(root: string, run: WorkflowRun): Promise<void> {
  const version = await checkTagged(root, run);
  run.print(`${await createGithubRelease(root, version)}  the release v${version} on GitHub`);
}
