import { runDev } from '@example/dev';

process.exitCode = await runDev(process.argv.slice(2), process);
