import { runConformance } from '../packages/conformance/src/commands/conformance.ts';

process.exitCode = await runConformance(process.argv.slice(2), process);
