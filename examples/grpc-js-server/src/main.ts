// Process 1 of a container ignores a signal that it has no handler for: this one serves until the servers listen.
const exit = () => process.exit(0);
process.on('SIGINT', exit);
process.on('SIGTERM', exit);

// Imported only now, because loading takes time.
const { run } = await import('./run.ts');

// exit() also ends what is still open if the services could not start.
process.exit(await run(process.argv.slice(2)));
