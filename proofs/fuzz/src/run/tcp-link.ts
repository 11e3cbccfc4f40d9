import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Leaving } from '../cases/fuzz-case.ts';
import type { Link } from './link.ts';

/** The longest wait for a condition that is due, in milliseconds: generous for a busy machine. */
const patienceMs = 10_000;
/** After this time without output, in milliseconds, the server is considered quiet. */
const quietMs = 20;

/** A connection over the loopback interface. */
export class TcpLink implements Link {
  onOutput: (bytes: Buffer) => void = () => {};
  readonly socket: Socket;
  hasEnded = false;
  readonly #client: Socket;
  #onChange = () => {};

  constructor(client: Socket, socket: Socket) {
    this.#client = client;
    this.socket = socket;
    client.on('data', (bytes: Buffer) => {
      this.onOutput(bytes);
      this.#onChange();
    });
    const onEnd = () => {
      this.hasEnded = true;
      this.#onChange();
    };
    client.on('end', onEnd).on('error', onEnd).on('close', onEnd);
    socket.on('close', () => setImmediate(() => this.#onChange()));
  }

  send(chunk: Buffer): void {
    this.#client.write(chunk);
  }

  async until(isTrue: () => boolean, isDue: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, isDue ? patienceMs : quietMs);
    this.#onChange = () => {
      if (isTrue()) resolve();
      else if (!isDue) timer.refresh();
    };
    this.#onChange();
    await promise;
    clearTimeout(timer);
    return isTrue();
  }

  leave(how: Leaving): void {
    if (how === 'vanishes') this.#client.resetAndDestroy();
    else this.#client.end();
  }
}

/** Opens connections over the loopback interface. */
export class Loopback {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Loopback> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Loopback(server);
  }

  async connect(): Promise<TcpLink> {
    const accepted = once(this.#server, 'connection') as Promise<[Socket]>;
    const { port } = this.#server.address() as AddressInfo;
    const client = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const [[socket]] = await Promise.all([accepted, once(client, 'connect')]);
    return new TcpLink(client, socket);
  }

  close(): void {
    this.#server.close();
  }
}
