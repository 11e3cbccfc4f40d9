import { runConformance } from '@example/conformance';

process.exitCode = await runConformance(['h2spec', ...process.argv.slice(2)], process);
