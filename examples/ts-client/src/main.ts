import { run } from './run.ts';

// Whoever read the output has left, as `head` does: nobody is there to write for.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await run(process.argv.slice(2), console);
