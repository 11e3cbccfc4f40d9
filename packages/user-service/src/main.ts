import '@example/rpc-server/end-on-signal';
import { refuseUnsafeNode } from '@example/rpc-server/safe-node';

refuseUnsafeNode('user-service');
// Imported only after the check: an old Node cannot load these modules.
const { runService } = await import('@example/rpc-server');
const { readConfig } = await import('./config.ts');
const { startUserService } = await import('./start.ts');
await runService({ name: 'user-service', readConfig, start: startUserService });
