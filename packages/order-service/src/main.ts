import { runService } from '@example/rpc-server';
import { readConfig } from './config.ts';
import { startOrderService } from './start.ts';

await runService({ name: 'order-service', readConfig, start: startOrderService });
