// A client whose clock never goes off: the Connect driver, which tells the server the deadline of a stream and keeps none itself.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Call } from './driver.ts';

const connect = join(import.meta.dirname, '../drivers/node/connect.ts');
const driver = spawn(process.execPath, ['--import', 'tsx', connect], { stdio: ['pipe', 'inherit', 'inherit'] });
for await (const line of createInterface({ input: process.stdin })) {
  const { timeoutMs, ...call } = JSON.parse(line) as Call;
  const slow = { ...call, metadata: { ...call.metadata, 'grpc-timeout': `${timeoutMs}m` } };
  driver.stdin.write(`${JSON.stringify(call.holdOpen ? slow : { ...call, timeoutMs })}\n`);
}
driver.stdin.end();
