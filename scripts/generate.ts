import { generate, withoutOptions } from '@example/check';
import { root } from '@example/kit/root';

const usage = `Generates the code of every language from the protos, and says which it left out for want of a toolchain.

  pnpm generate
`;

process.exitCode = withoutOptions(usage, process.argv.slice(2), process);
if (process.exitCode === undefined) generate(root, (text) => process.stdout.write(text));
