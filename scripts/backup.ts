import { backUp } from '../packages/storage/src/index.ts';

const usage =
  'Usage: pnpm backup FROM TO\n\nCopies the SQLite store in the file FROM to the new file TO, while its service runs.\n';

const args = process.argv.slice(2);
const [from, to] = args;
if (args.includes('--help')) process.stdout.write(usage);
else if (from === undefined || to === undefined || args.length > 2) {
  process.stderr.write(usage);
  process.exitCode = 1;
} else {
  try {
    process.stdout.write(`${backUp(from, to)} bytes in ${to}\n`);
  } catch (error) {
    process.stderr.write(`pnpm backup: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
