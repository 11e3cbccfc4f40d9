import { runReleaseWorkflow } from '../packages/release/src/workflow/command.ts';

process.exitCode = await runReleaseWorkflow(process.argv.slice(2), {
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
});
