// A client that never notices a deadline before a server's reset: the Connect driver, and what it would say then.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer } from './driver.ts';

const connect = join(import.meta.dirname, '../drivers/node/connect.ts');
const driver = spawn(process.execPath, ['--import', 'tsx', connect], { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(driver.stdin);
for await (const line of createInterface({ input: driver.stdout })) {
  const { code, ...rest } = JSON.parse(line) as Answer;
  const late = code === 'DEADLINE_EXCEEDED' ? 'CANCELLED' : code;
  process.stdout.write(`${JSON.stringify({ code: late, ...rest })}\n`);
}
