import { appendFile } from 'node:fs/promises';

/**
 * A run of a GitHub workflow: its variables, https://docs.github.com/actions/reference/workflows-and-actions/variables,
 * and its log.
 */
export interface WorkflowRun {
  readonly env: NodeJS.ProcessEnv;
  print(line: string): void;
}

/** Sets an output of the job. */
export async function setOutput({ env }: WorkflowRun, name: string, value: string): Promise<void> {
  if (env['GITHUB_OUTPUT']) await appendFile(env['GITHUB_OUTPUT'], `${name}=${value}\n`);
}

/** Puts a notice on the page of the run, and in the log. */
export async function notice({ env, print }: WorkflowRun, text: string): Promise<void> {
  print(`::notice::${text}`);
  if (env['GITHUB_STEP_SUMMARY']) await appendFile(env['GITHUB_STEP_SUMMARY'], `- ${text}\n`);
}

/** An annotation is one line: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
export function errorLine(message: string): string {
  return `::error::${message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
}

/** With one of these tokens a program can push, create releases, or request the identity that the registries trust. */
const tokens = ['GH_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];

/** Runs work whose programs must not receive the tokens of this process, such as a build. */
export async function withoutTokens<T>(work: () => Promise<T>): Promise<T> {
  const taken = tokens.flatMap((name) => {
    const token = process.env[name];
    return token === undefined ? [] : [[name, token] as const];
  });
  for (const [name] of taken) delete process.env[name];
  try {
    return await work();
  } finally {
    Object.assign(process.env, Object.fromEntries(taken));
  }
}
