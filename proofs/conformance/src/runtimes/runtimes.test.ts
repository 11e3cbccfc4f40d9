import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentials } from '@example/kit/credentials';
import { outputOf, startNodeServer } from '@example/kit/programs';
import { findProgram, outsidePrograms } from '@example/kit/toolchains';
import { describe, expect, it, onTestFinished } from 'vitest';

const server = new URL('../grpc-interop/test-server.ts', import.meta.url);
const program = join(import.meta.dirname, 'client-program.ts');
/** The cases of the program. */
const caseCount = 51;

/** Runs all cases. @returns those that have failed */
async function failuresOf(command: readonly string[], target: string, ca: readonly string[]): Promise<unknown[]> {
  const [file = '', ...args] = command;
  const output = await outputOf(file, [...args, program, target, ...ca], { cwd: import.meta.dirname });
  const results = output
    .trim()
    .split('\n')
    .map((line): { failure?: string } => JSON.parse(line));
  expect(results).toHaveLength(caseCount);
  return results.filter(({ failure }) => failure !== undefined);
}

const denoArgs = ['run', '--allow-all', '--node-modules-dir=manual'];

// Neither is needed to build or to run anything here, so CI does without them, too.
describe.each([
  { name: 'bun', found: findProgram(outsidePrograms.bun), args: [] },
  { name: 'deno', found: findProgram(outsidePrograms.deno), args: denoArgs },
])('the client in $name', ({ found = '', args }) => {
  it.skipIf(found === '').each([false, true])('passes all cases, with TLS: %s', async (hasTls) => {
    const folder = mkdtempSync(join(tmpdir(), 'runtimes-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { caFile, tlsEnv } = await createCredentials(folder);
    await using running = await startNodeServer(server, hasTls ? tlsEnv : {});
    const target = `localhost:${new URL(running.url).port}`;
    expect(await failuresOf([found, ...args], target, hasTls ? [caFile] : [])).toEqual([]);
  });
});
