import { runRehearse } from './command.ts';

process.exitCode = await runRehearse(process.argv.slice(2), process);
