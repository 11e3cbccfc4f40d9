import { runSoak } from '@example/endurance/soak';

process.exitCode = await runSoak(process.argv.slice(2), process);
