import { runRelease } from '../packages/release/src/commands/release.ts';

process.exitCode = await runRelease(process.argv.slice(2), process);
