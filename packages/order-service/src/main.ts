import '@example/rpc-server/end-on-signal';
import { refuseUnsafeNode } from '@example/rpc-server/safe-node';

refuseUnsafeNode('order-service');
// Imported only after the check: an old Node cannot load these modules.
const { runService } = await import('@example/rpc-server');
const { readConfig } = await import('./config.ts');
const { startOrderService } = await import('./start.ts');
await runService({ name: 'order-service', readConfig, start: startOrderService });
