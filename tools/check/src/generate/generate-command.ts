import { parseArgs } from 'node:util';
import { root } from '@example/kit/root';
import { GenerationError, generate, generateInstalled } from './generation.ts';

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
    const isUsage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    if (!isUsage && !(error instanceof GenerationError)) throw error;
    streams.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${usage}` : ''}`);
    return 1;
  }
}
