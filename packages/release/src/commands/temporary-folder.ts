import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Gives this process, and what it starts, a folder for temporary files, which goes with it: by a signal too, with the exit code of shells. */
export function ownTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  process.env['TMPDIR'] = folder;
  // Again where a program that has the same signal still wrote a file.
  process.on('exit', () => rmSync(folder, { recursive: true, maxRetries: 10 }));
  for (const name of signals) process.once(name, () => process.exit(128 + constants.signals[name]));
}
