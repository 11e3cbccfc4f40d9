import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { root } from '@example/kit/root';

const usage = `Runs the tests of the product: packages, examples and pnpm dev. \`pnpm verify\` runs those of proofs and tools.

  pnpm test [TEXT ...]         test files whose path contains one of the texts
  pnpm test -t TEXT            tests whose name contains the text
  pnpm test --project fuzz     one package: any in packages, examples, proofs, tools

All options of \`vitest run\` work: \`npx vitest run --help\`.
`;

/**
 * Further projects of rpc-server, which only `pnpm verify` runs: its tests on node:http2, and its tests that start many
 * processes.
 */
const alsoVerified = ['rpc-server-node-http2', 'rpc-server-restarts'];

/** The vitest projects of `pnpm test`, and all others. */
export function projects(): { readonly product: readonly string[]; readonly others: readonly string[] } {
  const namesIn = (folders: string) =>
    globSync(`${folders}/*/package.json`, { cwd: root }).map((manifest) => basename(dirname(manifest)));
  return { product: namesIn('{packages,examples}'), others: [...namesIn('{proofs,tools}'), ...alsoVerified] };
}

/** `pnpm test` @returns the exit code */
export async function runTests(args: readonly string[], { stdout }: Pick<NodeJS.Process, 'stdout'>): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(usage);
    return 0;
  }
  const isChosen = args.some((arg) => arg === '--project' || arg.startsWith('--project='));
  const chosen = isChosen ? [] : projects().product.flatMap((name) => ['--project', name]);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const program = [vitest, 'run', '--config', join(root, 'vitest.workspace.ts'), ...chosen, ...args];
  const child = spawn(process.execPath, program, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: vitest stops its workers and reports, and this process has to wait for
  // it.
  const wait = () => {};
  process.on('SIGINT', wait);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.off('SIGINT', wait);
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}
