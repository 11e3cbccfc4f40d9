import { appendFile } from 'node:fs/promises';

/** A run of a workflow: its variables, https://docs.github.com/actions/reference/workflows-and-actions/variables, and what it prints. */
export interface WorkflowRun {
  readonly env: NodeJS.ProcessEnv;
  print(line: string): void;
}

/** Gives the job an output. */
export async function setOutput({ env }: WorkflowRun, name: string, value: string): Promise<void> {
  if (env['GITHUB_OUTPUT']) await appendFile(env['GITHUB_OUTPUT'], `${name}=${value}\n`);
}

/** Says something on the page of the run, and in the log. */
export async function notice({ env, print }: WorkflowRun, text: string): Promise<void> {
  print(`::notice::${text}`);
  if (env['GITHUB_STEP_SUMMARY']) await appendFile(env['GITHUB_STEP_SUMMARY'], `- ${text}\n`);
}

/** An annotation is one line: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
export function errorLine(message: string): string {
  return `::error::${message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
}
