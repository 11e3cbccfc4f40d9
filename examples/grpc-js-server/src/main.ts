// Process 1 of a container ignores signals without a handler: until the servers listen, this handler ends the process.
const exit = () => process.exit(0);
process.on('SIGINT', exit);
process.on('SIGTERM', exit);

// Imported only now, because loading takes time.
const { run } = await import('./run.ts');

// If the services could not start, exit() also closes all resources that are still open.
process.exit(await run(process.argv.slice(2)));
