import { runRelease } from './command.ts';
import { ownTemporaryFolder } from './temporary-folder.ts';

/** `pnpm release`, as the only task of this process. @returns the exit code */
export async function runReleaseProcess(args: readonly string[], streams: NodeJS.Process): Promise<number> {
  ownTemporaryFolder();
  return await runRelease(args, streams);
}
