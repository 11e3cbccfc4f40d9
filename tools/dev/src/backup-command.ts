import { backUp } from '@example/storage';

const usage = `Copies the SQLite store FROM to the new file TO. The service that uses the store may be running.

  pnpm dev backup FROM TO
`;

/** `pnpm dev backup` @returns the exit code */
export function runBackup(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): number {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(usage);
    return 0;
  }
  const [from, to] = args;
  if (from === undefined || to === undefined || args.length > 2) {
    stderr.write(usage);
    return 1;
  }
  try {
    stdout.write(`${backUp(from, to)} bytes in ${to}\n`);
    return 0;
  } catch (error) {
    stderr.write(`pnpm dev backup: ${(error as Error).message}\n`);
    return 1;
  }
}
