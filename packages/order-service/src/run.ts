import { runService } from '@example/rpc-server';
import { readConfig } from './config.ts';
import { startOrderService } from './start.ts';

export async function runOrderService(): Promise<void> {
  await runService({ name: 'order-service', readConfig, start: startOrderService });
}
