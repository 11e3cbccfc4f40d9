import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { UsageError } from '../usage-error.ts';

/** What a command was asked. */
export interface Invocation {
  /** The name of the engine under the servers. */
  readonly engine: string;
  /** Which of its own flags are set. */
  readonly flags: ReadonlySet<string>;
  /** What followed `--`. */
  readonly extraArgs: readonly string[];
  /** Aborts when somebody ends the command. */
  readonly signal: AbortSignal;
  /** Prints a line. */
  readonly print: (line: string) => void;
}

export interface Outcome {
  readonly isPassed: boolean;
  /** What is printed last, such as `14 of 14 passed`. */
  readonly figure: string;
}

export interface Command {
  readonly usage: string;
  /** Its own flags, besides --engine and --help. */
  readonly flags?: readonly string[];
  readonly takesExtraArgs?: boolean;
  readonly run: (invocation: Invocation) => Promise<Outcome>;
}

/** What `serve()` of rpc-server can run on. */
const engines = ['fast', 'connect'];

/** The exit code of a command that somebody ended. */
const interruptedCode = 130;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * Runs a command until it has its outcome, or SIGINT, SIGTERM or SIGHUP ends it, or nobody reads what it prints any more.
 *
 * @param args those of the command itself
 * @returns the exit code: 0 when it passed, 1 when it fell short or could not run, 130 when it was ended
 */
export async function runCommand(command: Command, args: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr } = streams;
  const ending = new AbortController();
  const end = () => ending.abort(new UsageError('ended before it was done'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  stdout.on('error', end);
  try {
    const options = parseOptions(command, args);
    if (options === undefined) {
      stdout.write(command.usage);
      return 0;
    }
    const print = (line: string) => stdout.write(`${line}\n`);
    const { isPassed, figure } = await command.run({ ...options, signal: ending.signal, print });
    print(figure);
    return isPassed ? 0 : 1;
  } catch (error) {
    const isExpected = error instanceof UsageError || error instanceof ToolchainMissingError;
    stderr.write(`${isExpected ? error.message : ((error as Error).stack ?? error)}\n`);
    return ending.signal.aborted ? interruptedCode : 1;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

/** Undefined when it is asked for help. */
function parseOptions(
  command: Command,
  args: readonly string[],
): Pick<Invocation, 'engine' | 'flags' | 'extraArgs'> | undefined {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  const extraArgs = separator < 0 ? [] : args.slice(separator + 1);
  const flagOptions = Object.fromEntries((command.flags ?? []).map((flag) => [flag, { type: 'boolean' } as const]));
  const { engine, help, ...flags } = parse(own, flagOptions, command.usage);
  if (help === true) return undefined;
  if (!engines.includes(engine)) throw new UsageError(`--engine ${engine}: must be one of ${engines.join(', ')}`);
  if (extraArgs.length > 0 && !command.takesExtraArgs)
    throw new UsageError(`nothing may follow --\n\n${command.usage}`);
  return { engine, flags: new Set(Object.keys(flags)), extraArgs };
}

function parse(
  args: readonly string[],
  flags: Readonly<Record<string, { type: 'boolean' }>>,
  usage: string,
): { engine: string; help?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, engine: { type: 'string', default: 'fast' }, ...flags },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
