import { root } from '@example/kit/root';
import { publishChecked } from '../publish/publish-release.ts';
import { ReleaseError } from '../release/release-error.ts';
import { createGithubRelease } from './github-release.ts';
import { installTools } from './install-tools.ts';
import { checkTagged, planPublish } from './plan-publish.ts';
import { requestRelease } from './request-release.ts';
import { signPython } from './sign-python.ts';
import { errorLine, type WorkflowRun } from './workflow-run.ts';

const usage = `The steps of .github/workflows/release.yaml and publish.yaml; elsewhere, use \`pnpm release\` and \`pnpm release:publish\`.

  pnpm release:workflow install           installs what the other steps need, so that they need not do it with a token
  pnpm release:workflow request VERSION   whether it can be released from this commit
  pnpm release:workflow tag VERSION       the same, and pushes its tag
  pnpm release:workflow plan              whether this tag can be published, and where to
  pnpm release:workflow publish           publishes there
  pnpm release:workflow github            makes the release on GitHub
`;

/** `pnpm release:workflow` @returns the exit code */
export async function runReleaseWorkflow(
  [step, version, ...rest]: readonly string[],
  run: WorkflowRun,
  repository = root,
): Promise<number> {
  try {
    if (step === 'install' && !version) await installTools();
    else if (step === 'request' && version && rest.length === 0) await requestRelease(repository, version, run);
    else if (step === 'tag' && version && rest.length === 0) await pushTag(repository, version, run);
    else if (step === 'plan' && !version) await planPublish(repository, run);
    else if (step === 'publish' && !version) await publish(repository, run);
    else if (step === 'github' && !version) await makeRelease(repository, run);
    else {
      run.print(usage);
      return 1;
    }
    return 0;
  } catch (error) {
    const { message, stack } = error as Error;
    run.print(errorLine(error instanceof ReleaseError ? message : `${stack}`));
    return 1;
  }
}

async function publish(repository: string, run: WorkflowRun): Promise<void> {
  const { version, registries, clientEnv } = await planPublish(repository, run);
  Object.assign(process.env, clientEnv);
  if (registries.includes('python') && run.env['ACTIONS_ID_TOKEN_REQUEST_URL']) await signPython(repository, version);
  await publishChecked({ root: repository, version, to: registries, print: run.print });
}

async function pushTag(repository: string, version: string, run: WorkflowRun): Promise<void> {
  await requestRelease(repository, version, run);
  await publishChecked({ root: repository, version, to: ['go'], print: run.print });
}

async function makeRelease(repository: string, run: WorkflowRun): Promise<void> {
  const version = await checkTagged(repository, run);
  run.print(`${await createGithubRelease(repository, version)}  the release v${version} on GitHub`);
}
