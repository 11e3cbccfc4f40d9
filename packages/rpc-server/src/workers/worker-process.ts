import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type FromWorker, type Load, type Port, type ToWorker, workerVariable } from './messages.ts';

/** A connection that is to be handed to a worker. */
export interface Arrival {
  readonly id: number;
  readonly socket: Socket;
  readonly port: Port;
  /** The network of the client. */
  readonly network: string;
}

/** A message that the supervisor acts on. */
export type MessageFromWorker = Extract<FromWorker, { kind: 'draining' | 'asks' }>;

export interface WorkerEvents {
  onMessage(message: MessageFromWorker): void;
  /** @param lines complete lines */
  onLog(lines: string): void;
  /** @param arrivals the connections that the worker had not received when it ended */
  onLost(arrivals: readonly Arrival[]): void;
}

/** A worker, in the process of its supervisor. */
export class WorkerProcess implements Load {
  readonly number: number;
  /** Resolves when the worker takes connections. Rejects when it ends before that. */
  readonly started: Promise<void>;
  /** Resolves when the worker has ended and its log has been read, with the reason of the end. */
  readonly ended: Promise<string>;
  /** `draining`: the worker gets no more connections. */
  state: 'starting' | 'ready' | 'draining' = 'starting';
  /** Whether another worker has replaced this one. */
  isReplaced = false;
  readonly #child: ChildProcess;
  readonly #isReady = Promise.withResolvers<void>();
  /** The networks of the clients, by the id of the connection. Contains only connections to the port of calls. */
  readonly #networks = new Map<number, string>();
  /** The number of these connections from each network. */
  readonly #byNetwork = new Map<string, number>();
  /** The id of the last connection that was handed to the worker. */
  lastArrival = 0;
  busy = 0;
  calls: Load['calls'] = [];
  /** The number of seconds since the last `load` message. */
  silence = 0;
  /**
   * The connections that the worker has not received. Only the first is on its way, because Node sends one socket at a
   * time.
   */
  readonly #arrivals: Arrival[] = [];
  #isComplete = false;

  /** Starts this program once more, as a worker. */
  constructor(number: number, events: WorkerEvents) {
    this.number = number;
    this.#child = fork(process.argv[1] as string, process.argv.slice(2), {
      env: { ...process.env, [workerVariable]: `${number}` },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#receive(message as FromWorker, events));
    // The worker could not start, or ended before a message reached it. `close` follows.
    this.#child.on('error', () => {});
    this.#readLog(events);
    this.ended = this.#end(events);
    this.started = Promise.race([
      this.#isReady.promise,
      this.ended.then((reason) => {
        throw new Error(`worker ${number} could not start (${reason}): the reason is above`);
      }),
    ]);
  }

  send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Makes the worker drain and exit. */
  end(hasNotice: boolean): void {
    // A worker receives no messages before it is ready.
    if (this.state === 'starting') this.#child.kill('SIGTERM');
    else this.send({ kind: 'end', hasNotice });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  get connections(): number {
    return this.#networks.size;
  }

  connectionsFrom(network: string): number {
    return this.#byNetwork.get(network) ?? 0;
  }

  /** The network of a connection of this worker; undefined if the connection has ended. */
  networkOf(id: number): string | undefined {
    return this.#networks.get(id);
  }

  hand(arrival: Arrival): void {
    const { id, port, network } = arrival;
    this.lastArrival = id;
    if (port === 'calls') {
      this.#networks.set(id, network);
      this.#byNetwork.set(network, this.connectionsFrom(network) + 1);
    }
    this.#arrivals.push(arrival);
    if (this.#arrivals.length === 1) this.#handNext();
  }

  /** Call when no connection will follow those that have been handed over. */
  complete(): void {
    this.#isComplete = true;
    if (this.#arrivals.length === 0) this.send({ kind: 'no-more-connections' });
  }

  #handNext(): void {
    const next = this.#arrivals[0];
    if (next === undefined) {
      if (this.#isComplete) this.send({ kind: 'no-more-connections' });
    } else if (this.#child.connected) {
      const message: ToWorker = { kind: 'connection', id: next.id, port: next.port };
      // The socket stays open in this process until it has arrived in the worker. If the worker dies, another one gets
      // the socket.
      this.#child.send(message, next.socket, { keepOpen: true }, () => {});
    }
  }

  #remove(id: number): void {
    const network = this.#networks.get(id);
    if (network === undefined) return;
    this.#networks.delete(id);
    const left = this.connectionsFrom(network) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }

  #receive(message: FromWorker, events: WorkerEvents): void {
    switch (message.kind) {
      case 'taken':
        this.#arrivals.shift()?.socket.destroy();
        this.#handNext();
        return;
      case 'closed':
        for (const id of message.ids) this.#remove(id);
        return;
      case 'ready':
        this.state = 'ready';
        this.#isReady.resolve();
        return;
      case 'load':
        this.silence = 0;
        this.busy = message.busy;
        this.calls = message.calls;
        return;
      default:
        events.onMessage(message);
    }
  }

  async #end({ onLost }: WorkerEvents): Promise<string> {
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
    // The worker must get no more connections.
    this.state = 'draining';
    onLost(this.#arrivals.splice(0));
    return signal ?? `status ${code}`;
  }

  #readLog({ onLog }: WorkerEvents): void {
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) onLog(rest + text.slice(0, end));
      rest = end > 0 ? text.slice(end) : rest + text;
    });
  }
}
