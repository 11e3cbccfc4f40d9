import { run } from './run.ts';

// The reader of the output has closed the pipe, as `head` does.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await run(process.argv.slice(2), console);
