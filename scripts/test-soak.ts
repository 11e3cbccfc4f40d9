import { runSoak } from '../packages/soak/src/command.ts';

process.exitCode = await runSoak(process.argv.slice(2), process);
