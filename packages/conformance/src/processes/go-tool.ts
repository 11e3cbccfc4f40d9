import { join } from 'node:path';
import { root } from '../root.ts';
import { UsageError } from '../usage-error.ts';
import { runProcess } from './run-process.ts';

const tools = join(root, 'tools');

/** The programs that tools/go.mod pins, by the package of each. */
const packages = {
  connectconformance: 'connectrpc.com/conformance/cmd/connectconformance',
  h2spec: 'github.com/summerwind/h2spec/cmd/h2spec',
  'interop-client': 'google.golang.org/grpc/interop/client',
};

/**
 * Builds a program of tools/go.mod; Go's cache makes that quick when nothing has changed.
 *
 * @returns its path
 * @throws {UsageError} when Go is missing
 */
export async function buildGoTool(name: keyof typeof packages, signal: AbortSignal): Promise<string> {
  const path = join(tools, '.bin', name);
  await runGo(['build', '-o', path, packages[name]], signal);
  return path;
}

/**
 * Runs the go command in the folder tools.
 *
 * @returns the lines that it wrote
 * @throws {UsageError} when Go is missing
 */
export async function runGo(args: readonly string[], signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  try {
    const code = await runProcess('go', ['-C', tools, ...args], { signal, onLine: (line) => lines.push(line) });
    if (code === 0) return lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UsageError('Go is missing: install Go 1.26 or newer, https://go.dev/dl, for what runs this suite');
  }
  throw new Error(`go ${args.join(' ')} failed:\n${lines.join('\n')}`);
}
