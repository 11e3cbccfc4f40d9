import { root } from '@example/dev';
import { ToolchainMissingError } from '@example/toolchains';
import type { Streams } from '../commands/streams.ts';
import { sourceGates } from './source-compatibility.ts';
import { releasedApis } from './versions.ts';

/**
 * `pnpm check:sources`: programs that use all of a released version compile against the generated code.
 *
 * @returns the exit code
 */
export async function runSourceCheck({ stdout, stderr }: Streams, repository = root): Promise<number> {
  const releases = releasedApis(repository);
  let code = 0;
  for (const { language, check } of sourceGates) {
    try {
      const complaint = await check(repository, releases);
      if (complaint === undefined) continue;
      stderr.write(`Programs for a released version no longer compile in ${language}:\n${complaint}\n`);
      code = 1;
    } catch (error) {
      if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
      stdout.write(`left out  ${language}: ${error.message}\n`);
    }
  }
  return code;
}
