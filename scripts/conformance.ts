import { runConformance } from '../proofs/conformance/src/commands/conformance.ts';

process.exitCode = await runConformance(process.argv.slice(2), process);
