import { root } from '@example/kit/root';
import { withoutOptions } from '../without-options.ts';
import { GenerationError, generate } from './generation.ts';

const usage = `Generates the code of every language from the protos, and names the languages that it leaves out because their toolchain is missing.

  pnpm generate
`;

/** `pnpm generate` @returns the exit code */
export function runGenerate(args: readonly string[], streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>): number {
  const exitCode = withoutOptions(usage, args, streams);
  if (exitCode !== undefined) return exitCode;
  try {
    generate(root, (text) => streams.stdout.write(text));
    return 0;
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error;
    streams.stderr.write(`${error.message}\n`);
    return 1;
  }
}
