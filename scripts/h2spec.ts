import { runH2spec } from '../proofs/conformance/src/commands/h2spec.ts';

process.exitCode = await runH2spec(process.argv.slice(2), process);
