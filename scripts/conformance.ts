import { runConformance } from '@example/conformance';

process.exitCode = await runConformance(process.argv.slice(2), process);
