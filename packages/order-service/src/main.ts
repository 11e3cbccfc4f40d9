import { refuseUnsafeNode } from '@example/rpc-server/safe-node';

refuseUnsafeNode('order-service');
// What follows needs modules that an old Node does not have.
const { runOrderService } = await import('./run.ts');
await runOrderService();
