import { runBench } from '@example/bench';

process.exitCode = await runBench(process.argv.slice(2), process);
