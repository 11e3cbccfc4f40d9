import { runCrash } from '@example/endurance/crash';

process.exitCode = await runCrash(process.argv.slice(2), process);
