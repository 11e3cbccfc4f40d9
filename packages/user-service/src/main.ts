import { refuseUnsafeNode } from '@example/rpc-server/safe-node';

refuseUnsafeNode('user-service');
// What follows needs modules that an old Node does not have.
const { runUserService } = await import('./run.ts');
await runUserService();
