import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Gives this process and its children their own TMPDIR, and removes it when the process ends. After a signal, the
 * process exits with the code that shells use: 128 plus the number of the signal.
 */
export function ownTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  process.env['TMPDIR'] = folder;
  // Retries, because a child that received the same signal may still be writing a file.
  process.on('exit', () => rmSync(folder, { recursive: true, maxRetries: 10 }));
  for (const name of signals) process.once(name, () => process.exit(128 + constants.signals[name]));
}
