import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer } from './driver.ts';

/** Is the Connect driver, but for what becomes of its answers on the way out. */
export async function runChangedDriver(change: (answer: Answer) => Answer): Promise<void> {
  const connect = join(import.meta.dirname, '../drivers/node/connect.ts');
  const driver = spawn(process.execPath, ['--import', 'tsx', connect], { stdio: ['pipe', 'pipe', 'inherit'] });
  process.stdin.pipe(driver.stdin);
  for await (const line of createInterface({ input: driver.stdout })) {
    process.stdout.write(`${JSON.stringify(change(JSON.parse(line) as Answer))}\n`);
  }
}
