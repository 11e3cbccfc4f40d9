import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { notesUsage, runNotes } from './notes/notes-command.ts';
import { prepareUsage, runPrepare } from './prepare/prepare-command.ts';
import { publishUsage, runPublish } from './publish/publish-command.ts';
import { ReleaseError } from './release-error.ts';
import { runWorkflow } from './workflow/workflow-command.ts';

const usage = `Makes releases of the npm package ${names.npmPackage}, the Go module ${names.goModule} and the Python package ${names.pythonPackage}.

  pnpm release VERSION            builds a version from HEAD and writes releases/VERSION
  pnpm release publish VERSION    publishes releases/VERSION to npm, PyPI and Go
  pnpm release notes [VERSION]    prints the notes of a version
  pnpm release workflow STEP      the steps of the GitHub workflows

Each command has --help. docs/reference/releasing.md has the steps of a release.
`;

interface Subcommand {
  /** The command in the form in which it is typed. */
  readonly command: string;
  readonly usage: string;
  /** @returns the text to print at the end; undefined when the arguments are invalid */
  run(args: readonly string[], repository: string, print: (line: string) => void): Promise<string | undefined>;
}

const prepare: Subcommand = { command: 'pnpm release', usage: prepareUsage, run: runPrepare };
const subcommands: ReadonlyMap<string, Subcommand> = new Map([
  ['publish', { command: 'pnpm release publish', usage: publishUsage, run: runPublish }],
  ['notes', { command: 'pnpm release notes', usage: notesUsage, run: runNotes }],
]);

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/** `pnpm release` @returns the exit code */
export async function runRelease(args: readonly string[], streams: Streams, repository = root): Promise<number> {
  const [name = '', ...rest] = args;
  const print = (line: string) => streams.stdout.write(`${line}\n`);
  if (name === 'workflow') return await runWorkflow(rest, { env: process.env, print }, repository);
  if (args.length === 0 || isHelp(name)) return show(usage, isHelp(name), streams);
  const subcommand = subcommands.get(name);
  if (subcommand) return await runOne(subcommand, rest, streams, repository);
  return await runOne(prepare, args, streams, repository);
}

async function runOne(
  { command, usage, run }: Subcommand,
  args: readonly string[],
  streams: Streams,
  repository: string,
): Promise<number> {
  if (args.some(isHelp)) return show(usage, true, streams);
  try {
    const text = await run(args, repository, (line) => streams.stdout.write(`${line}\n`));
    if (text === undefined) return show(usage, false, streams);
    streams.stdout.write(text);
    return 0;
  } catch (error) {
    streams.stderr.write(`${command}: ${describe(error as NodeJS.ErrnoException)}\n`);
    return 1;
  }
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

/** @returns the exit code */
function show(text: string, isAsked: boolean, { stdout, stderr }: Streams): number {
  (isAsked ? stdout : stderr).write(text);
  return isAsked ? 0 : 1;
}

/** The message of an error that a person can act on, or the stack of any other error. */
function describe(error: NodeJS.ErrnoException): string {
  const isExpected =
    error instanceof ReleaseError ||
    error instanceof ToolchainMissingError ||
    error.code?.startsWith('ERR_PARSE_ARGS_') === true;
  return isExpected ? error.message : `${error.stack}`;
}
