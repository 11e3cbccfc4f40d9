import { parseArgs } from 'node:util';
import { root } from '@example/kit/root';
import { generate, generateInstalled } from './generation.ts';

const usage = `Generates the code of every language from the protos, and names the languages that it leaves out because their toolchain is missing.

  pnpm generate [options]

  --installed   only languages whose generators are installed: nothing is downloaded
  --help        print this text
`;

/** `pnpm generate` @returns the exit code */
export function runGenerate(args: readonly string[], streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>): number {
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { installed: flag, help: { ...flag, short: 'h' } } });
    const print = (text: string) => streams.stdout.write(text);
    if (values.help) print(usage);
    else if (values.installed) generateInstalled(root, print);
    else generate(root, print);
    return 0;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) throw error;
    streams.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
}
