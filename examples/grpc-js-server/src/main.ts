// Process 1 of a container ignores a signal that it has no handler for: this one serves until the servers listen.
const exit = () => process.exit(0);
process.on('SIGINT', exit);
process.on('SIGTERM', exit);

// Imported only now, because loading takes time.
const { run } = await import('./run.ts');

// If the services could not start, exit() also closes what is still open.
process.exit(await run(process.argv.slice(2)));
