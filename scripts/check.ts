import { runChecks } from '@example/dev';

process.exitCode = await runChecks((text) => process.stdout.write(text));
