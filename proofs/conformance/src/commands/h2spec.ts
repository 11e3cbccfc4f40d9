import { h2spec } from '../h2spec/h2spec-suite.ts';
import { runCommand } from './command.ts';

/**
 * `pnpm h2spec`
 *
 * @returns the exit code
 */
export async function runH2spec(
  args: readonly string[],
  streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  return await runCommand(h2spec, args, streams);
}
