import { run } from './run.ts';

// If the services could not start, exit() also closes what is still open.
process.exit(await run(process.argv.slice(2)));
