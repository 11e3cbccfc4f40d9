import type { Socket } from 'node:net';
import type { ConnectionSource, Grant, HandedConnection, WorkerPart } from '../config/worker-part.ts';
import { type Ask, type FromWorker, loadMs, type Port, type ToWorker, workerVariable } from './messages.ts';

/** A worker's connection to its supervisor. */
export interface Worker extends WorkerPart {
  /** Call when the server takes connections. */
  ready(): void;
  /** @param end called when the worker must drain and exit, because its supervisor asks for it or has ended */
  onEnd(end: (hasNotice: boolean) => void): void;
}

/** @returns undefined in a process that no supervisor has started */
export function joinSupervisor(): Worker | undefined {
  const number = process.env[workerVariable];
  delete process.env[workerVariable];
  return number === undefined || process.send === undefined ? undefined : new SupervisedWorker(Number(number));
}

type Open = Parameters<ConnectionSource['start']>[0];

class SupervisedWorker implements Worker {
  readonly number: number;
  readonly connections = this.#source('calls');
  readonly healthConnections = this.#source('health');
  readonly #open: Partial<Record<Port, Open>> = {};
  readonly #handed = new Map<number, { readonly connection: HandedConnection; calls: number }>();
  readonly #stopped = Promise.withResolvers<void>();
  #isStopping = false;
  #closed: number[] = [];
  #asks: Ask[] = [];
  /** The callbacks of the asks, in the order in which these were sent. */
  readonly #onGrant: ((grant: Grant) => void)[] = [];
  #end: (hasNotice: boolean) => void = () => process.exit(0);
  #utilization = performance.eventLoopUtilization();

  constructor(number: number) {
    this.number = number;
    process.on('message', (message, socket) => this.#receive(message as ToWorker, socket as Socket | undefined));
    process.once('disconnect', () => {
      this.#stopped.resolve();
      this.#end(false);
    });
  }

  ready(): void {
    this.#send({ kind: 'ready' });
    setInterval(() => this.#sendLoad(), loadMs).unref();
  }

  onEnd(end: (hasNotice: boolean) => void): void {
    this.#end = end;
    if (!process.connected) end(false);
  }

  ask(limit: Ask[0], caller: string, amount: number, onGrant: (grant: Grant) => void): void {
    this.#onGrant.push(onGrant);
    // The asks of one turn of the event loop are sent together.
    if (this.#asks.push([limit, caller, amount]) > 1) return;
    setImmediate(() => {
      this.#send({ kind: 'asks', asks: this.#asks });
      this.#asks = [];
    });
  }

  #source(port: Port): ConnectionSource {
    return {
      start: (open) => {
        this.#open[port] = open;
      },
      stop: () => {
        if (!this.#isStopping) this.#send({ kind: 'draining' });
        this.#isStopping = true;
        return this.#stopped.promise;
      },
    };
  }

  #receive(message: ToWorker, socket: Socket | undefined): void {
    switch (message.kind) {
      case 'connection':
        this.#send({ kind: 'taken' });
        // The socket is undefined if it was closed before it arrived here.
        if (socket === undefined) this.#forget(message.id);
        else this.#take(message.id, socket, this.#open[message.port]);
        return;
      case 'no-more-connections':
        this.#stopped.resolve();
        return;
      case 'end':
        this.#end(message.hasNotice);
        return;
      case 'retire':
        this.#handed.get(message.id)?.connection.retire();
        return;
      case 'grants':
        for (const grant of message.grants) this.#onGrant.shift()?.(grant);
    }
  }

  #take(id: number, socket: Socket, open: Open | undefined): void {
    // Node's HTTP server sets this for its own sockets.
    socket.allowHalfOpen = true;
    socket.once('close', () => this.#forget(id));
    const connection = open?.(socket);
    if (connection === undefined) socket.destroy();
    else this.#handed.set(id, { connection, calls: 0 });
  }

  #forget(id: number): void {
    this.#handed.delete(id);
    if (this.#closed.push(id) > 1) return;
    setImmediate(() => {
      this.#send({ kind: 'closed', ids: this.#closed });
      this.#closed = [];
    });
  }

  #sendLoad(): void {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, this.#utilization).utilization;
    this.#utilization = now;
    const calls: [number, number][] = [];
    for (const [id, handed] of this.#handed) {
      const { calls: all } = handed.connection;
      if (all > handed.calls) calls.push([id, all - handed.calls]);
      handed.calls = all;
    }
    this.#send({ kind: 'load', busy, calls });
  }

  #send(message: FromWorker): void {
    if (process.connected) process.send?.(message);
  }
}
