import { runChecks } from '@example/dev';

// Whoever read the output has left, as `head` does.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await runChecks((text) => process.stdout.write(text));
