import { runService } from '@example/rpc-server';
import { readConfig } from './config.ts';
import { startUserService } from './start.ts';

await runService({ name: 'user-service', readConfig, start: startUserService });
