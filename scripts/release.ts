import { runRelease } from '../packages/release/src/commands/release.ts';
import { ownTemporaryFolder } from '../packages/release/src/commands/temporary-folder.ts';

ownTemporaryFolder();
process.exitCode = await runRelease(process.argv.slice(2), process);
