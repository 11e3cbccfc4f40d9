import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ToolchainMissingError } from './toolchains/toolchain-missing-error.ts';

/** The arguments or the environment of a command are wrong. The message is one line that names what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** The arguments and streams of a command. */
export interface Invocation<T extends ParseArgsOptionsConfig = ParseArgsOptionsConfig> {
  /** The values of the command's options. */
  readonly values: Values<T>;
  /** The arguments after `--`. */
  readonly extraArgs: readonly string[];
  /** Aborts on SIGINT, SIGTERM and SIGHUP, and when the reader of the output has exited. */
  readonly signal: AbortSignal;
  /** Prints a line. */
  readonly print: (line: string) => void;
}

export interface Command<T extends ParseArgsOptionsConfig = ParseArgsOptionsConfig> {
  /** The text of --help. */
  readonly usage: string;
  /** Options besides --help, as `parseArgs` of node:util takes them. */
  readonly options: T;
  /** Whether arguments may follow `--`. Default: false. */
  readonly takesExtraArgs?: boolean;
  /** @returns whether the command has passed */
  readonly run: (invocation: Invocation<T>) => Promise<boolean>;
}

export type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

const interruptedCode = 130;
/** The time that a command may take to end its programs after a signal, in milliseconds. */
const endMs = 10_000;

/**
 * Runs a command until it returns, or until a signal ends it.
 *
 * @param args the arguments of the command itself
 * @returns the exit code: 0 when it has passed, 1 when it has failed or could not run, 130 when a signal has ended it
 */
export async function runCommand<T extends ParseArgsOptionsConfig>(
  command: Command<T>,
  args: readonly string[],
  { stdout, stderr }: Streams,
): Promise<number> {
  const ending = new AbortController();
  const end = () => {
    // The second signal ends the command at once. The programs that the kit has started end with this process.
    if (ending.signal.aborted) process.exit(interruptedCode);
    ending.abort(new UsageError('interrupted'));
    setTimeout(() => process.exit(interruptedCode), endMs).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  stdout.on('error', end);
  try {
    const parsed = parse(command, args);
    if (parsed === undefined) {
      stdout.write(command.usage);
      return 0;
    }
    const print = (line: string) => stdout.write(`${line}\n`);
    return (await command.run({ ...parsed, signal: ending.signal, print })) ? 0 : 1;
  } catch (error) {
    const isExpected = error instanceof UsageError || error instanceof ToolchainMissingError;
    stderr.write(`${isExpected ? error.message : ((error as Error).stack ?? error)}\n`);
    return ending.signal.aborted ? interruptedCode : 1;
  } finally {
    for (const signal of signals) process.off(signal, end);
    stdout.off('error', end);
  }
}

/** Runs one of several commands, by its name. `usage` names them all. */
export async function runOneOf(
  commands: Readonly<Record<string, Command>>,
  usage: string,
  [name = '', ...args]: readonly string[],
  streams: Streams,
): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return await runCommand(command, args, streams);
  const isHelp = name === '--help' || name === '-h';
  streams[isHelp ? 'stdout' : 'stderr'].write(usage);
  return isHelp ? 0 : 1;
}

/** Allows commands with options of different types in one table. */
export function anyCommand<const T extends ParseArgsOptionsConfig>(command: Command<T>): Command {
  return command as unknown as Command;
}

/** Reads a whole number. @throws {UsageError} when `text` is not a whole number, or is less than `min` */
export function wholeNumber(option: string, text: string | undefined, defaultValue: number, min = 0): number {
  if (text === undefined) return defaultValue;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min) return value;
  throw new UsageError(`--${option} must be a whole number of at least ${min}`);
}

/** The entries of `all` with these names; without names, all entries. @throws {UsageError} for an unknown name */
export function chooseNamed<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[] = [],
): readonly T[] {
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`there is no "${name}"; choose from: ${known.join('; ')}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** @returns undefined for --help */
function parse<T extends ParseArgsOptionsConfig>(
  { usage, options, takesExtraArgs }: Command<T>,
  args: readonly string[],
): Pick<Invocation<T>, 'values' | 'extraArgs'> | undefined {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  const extraArgs = separator < 0 ? [] : args.slice(separator + 1);
  const withHelp = { ...options, help: { type: 'boolean', short: 'h' } } as const;
  const values = parseOptions(own, withHelp, usage);
  if (values['help'] === true) return undefined;
  if (extraArgs.length > 0 && !takesExtraArgs) throw new UsageError(`no arguments may follow --\n\n${usage}`);
  return { values: values as Values<T>, extraArgs };
}

function parseOptions(args: readonly string[], options: ParseArgsOptionsConfig, usage: string) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
