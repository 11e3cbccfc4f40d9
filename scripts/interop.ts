import { runInterop } from '../packages/interop/src/command.ts';

process.exitCode = await runInterop(process.argv.slice(2), process);
