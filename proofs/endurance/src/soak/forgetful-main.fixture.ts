// OrderService in a process that keeps memory and a timer for each connection.
import { Server } from 'node:net';
import { readConfig, startOrderService } from '@example/order-service';
import { runService } from '@example/rpc-server';
import { sayHoldingsOnSignal } from './holdings.ts';

const kept: string[][] = [];
const { emit } = Server.prototype;
Server.prototype.emit = function (this: Server, name: 'drop', ...args: []) {
  if ((name as string) === 'connection') {
    kept.push(new Array(100_000).fill(`${kept.length}`));
    setInterval(() => kept.length, 60_000).unref();
  }
  return emit.call(this, name, ...args);
} as typeof emit;

await runService({ name: 'order-service', readConfig, start: startOrderService });
sayHoldingsOnSignal();
