import { runChecks, withoutOptions } from '@example/dev';

const usage = `Runs every check of package.json, side by side: style, types, unused code, protos, generated code, workflows.

  pnpm check
`;

// Whoever read the output has left, as `head` does.
process.stdout.on('error', () => process.exit(1));

process.exitCode =
  withoutOptions(usage, process.argv.slice(2), process) ?? (await runChecks((text) => process.stdout.write(text)));
