// OrderService as it is, in a process that says what it holds. Started by startProcess.
import { readConfig, startOrderService } from '@example/order-service';
import { runService } from '@example/rpc-server';
import { sayHoldingsOnSignal } from './holdings.ts';

await runService({ name: 'order-service', readConfig, start: startOrderService });
sayHoldingsOnSignal();
