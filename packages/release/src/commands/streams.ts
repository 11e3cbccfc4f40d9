import { ToolchainMissingError } from '@example/kit/toolchains';
import { ReleaseError } from '../release/release-error.ts';

export type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/** Says what went wrong: with a stack, unless people are meant to read the message. @returns the exit code */
export function fail(command: string, error: unknown, stderr: Streams['stderr']): number {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const isForPeople =
    error instanceof ReleaseError || error instanceof ToolchainMissingError || code?.startsWith('ERR_PARSE_ARGS_');
  stderr.write(`${command}: ${isForPeople ? message : stack}\n`);
  return 1;
}
