import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nodeArgs } from '@example/kit/programs';
import type { CallResult } from './driver.ts';

/** Runs the Connect driver, and changes its results. */
export async function runChangedDriver(change: (result: CallResult) => CallResult): Promise<void> {
  const connect = nodeArgs(join(import.meta.dirname, '../drivers/node/connect.ts'));
  const driver = spawn(process.execPath, connect, { stdio: ['pipe', 'pipe', 'inherit'] });
  process.stdin.pipe(driver.stdin);
  for await (const line of createInterface({ input: driver.stdout })) {
    process.stdout.write(`${JSON.stringify(change(JSON.parse(line) as CallResult))}\n`);
  }
}
