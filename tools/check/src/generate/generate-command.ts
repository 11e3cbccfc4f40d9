import { root } from '@example/kit/root';
import { withoutOptions } from '../without-options.ts';
import { generate } from './generation.ts';

const usage = `Generates the code of every language from the protos, and names the languages that it leaves out because their toolchain is missing.

  pnpm generate
`;

/** `pnpm generate` @returns the exit code */
export function runGenerate(args: readonly string[], streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>): number {
  const exitCode = withoutOptions(usage, args, streams);
  if (exitCode === undefined) generate(root, (text) => streams.stdout.write(text));
  return exitCode ?? 0;
}
