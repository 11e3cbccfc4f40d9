import { run } from './run.ts';

// Ends whatever is still open when the services could not start.
process.exit(await run(process.argv.slice(2)));
