import { runSoak } from '../proofs/endurance/src/soak/command.ts';

process.exitCode = await runSoak(process.argv.slice(2), process);
