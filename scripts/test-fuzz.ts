import { runFuzz } from '../proofs/fuzz/src/command.ts';

process.exitCode = await runFuzz(process.argv.slice(2), process);
