import { runInterop } from '../proofs/matrix/src/command.ts';

process.exitCode = await runInterop(process.argv.slice(2), process);
