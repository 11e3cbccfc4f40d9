import { runPublish } from '../packages/release/src/commands/publish.ts';
import { ownTemporaryFolder } from '../packages/release/src/commands/temporary-folder.ts';

ownTemporaryFolder();
process.exitCode = await runPublish(process.argv.slice(2), process);
