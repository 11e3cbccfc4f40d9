import { runBench } from '../proofs/bench/src/command.ts';

process.exitCode = await runBench(process.argv.slice(2), process);
