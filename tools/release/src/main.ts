import { runRelease } from './command.ts';
import { ownTemporaryFolder } from './temporary-folder.ts';

ownTemporaryFolder();
process.exitCode = await runRelease(process.argv.slice(2), process);
