import { runPublish } from '../packages/release/src/commands/publish.ts';

process.exitCode = await runPublish(process.argv.slice(2), process);
