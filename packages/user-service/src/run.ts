import { runService } from '@example/rpc-server';
import { readConfig } from './config.ts';
import { startUserService } from './start.ts';

export async function runUserService(): Promise<void> {
  await runService({ name: 'user-service', readConfig, start: startUserService });
}
