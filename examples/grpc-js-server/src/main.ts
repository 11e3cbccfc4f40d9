import { run } from './run.ts';

// exit() also ends what is still open if the services could not start.
process.exit(await run(process.argv.slice(2)));
