import { root } from '@example/kit/root';
import { type Check, checks } from './checks.ts';
import { type CheckCommand, runChecks } from './run-checks.ts';

const usage = `Checks the files of the repository.

  pnpm check            runs every check, side by side
  pnpm check NAME ...   runs some: ${checks.map(({ name }) => name).join(', ')}

The last line has the numbers of passed and failed checks.
`;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/** `pnpm check` @returns the exit code */
export async function runCheck(names: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  if (names.includes('--help') || names.includes('-h')) {
    stdout.write(usage);
    return 0;
  }
  // Exits when the reader of the output has exited, as `head` does.
  stdout.on('error', () => process.exit(1));
  const print = (text: string) => stdout.write(text);
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    stderr.write(`There is no check ${unknown}.\n\n${usage}`);
    return 1;
  }
  const chosen = names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));
  const [first] = chosen;
  if (chosen.length === 1 && first && 'run' in first) {
    const isPassed = await first.run(print);
    print(`${isPassed ? 'passed' : 'FAILED'}  ${first.name}\n`);
    return isPassed ? 0 : 1;
  }
  return await runChecks(chosen.map(commandOf), root, print);
}

/**
 * The command that runs a check. A check that is a function runs in its own process, too, so that all checks run side
 * by side.
 */
function commandOf(check: Check): CheckCommand {
  return 'command' in check
    ? check
    : { name: check.name, command: ['node', '--import', 'tsx', 'scripts/run.ts', 'check', check.name] };
}
