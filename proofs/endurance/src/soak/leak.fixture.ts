// Loaded before a service by `--import`: keeps memory, a timer and the socket of each connection.
import { Server } from 'node:net';

const kept: unknown[] = [];
const { emit } = Server.prototype;
Server.prototype.emit = function (this: Server, name: string, ...args: unknown[]) {
  if (name === 'connection') {
    kept.push(args, new Array(100_000).fill(`${kept.length}`));
    setInterval(() => kept.length, 60_000).unref();
  }
  return (emit as (...all: unknown[]) => boolean).call(this, name, ...args);
} as typeof emit;
