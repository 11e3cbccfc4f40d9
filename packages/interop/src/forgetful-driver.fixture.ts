// A client that loses the e-mail address of user 5: the Connect driver, and a slip on the way out.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer } from './driver.ts';

const connect = join(import.meta.dirname, '../drivers/node/connect.ts');
const driver = spawn(process.execPath, ['--import', 'tsx', connect], { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(driver.stdin);
for await (const line of createInterface({ input: driver.stdout })) {
  const { answers, ...rest } = JSON.parse(line) as Answer;
  const forgotten = answers.map(({ email, ...answer }) => (answer['id'] === '5' ? answer : { ...answer, email }));
  process.stdout.write(`${JSON.stringify({ answers: forgotten, ...rest })}\n`);
}
