import { join } from 'node:path';
import { needProgram } from '@example/kit/toolchains';
import { build } from 'esbuild';
import type { Check } from './checks.ts';
import { withPage } from './chromium-client.ts';
import { type RunChecks, runEach } from './real-client.ts';

/** Google's grpc-web client in a page. @throws {ToolchainMissingError} when Chromium is missing */
export async function prepareGrpcWeb(): Promise<RunChecks> {
  const executablePath = needProgram('chromium');
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'programs/grpc-web/page.ts')],
    bundle: true,
    format: 'iife',
    write: false,
  });
  const script = { content: outputFiles.map(({ text }) => text).join('') };
  return (target, onResult) =>
    withPage(executablePath, target, script, async (page) => {
      const run = (check: Check) => page.evaluate<void>(`runCheck(${JSON.stringify(check)})`);
      await runEach(run, target, onResult);
    });
}
