import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Leaving, Link } from './link.ts';

/** How long anything may take on a machine that does much else, in milliseconds. */
const patienceMs = 10_000;
/** Silence after which nothing more is to be expected of a server that need not say anything, in milliseconds. */
const quietMs = 20;

/** A connection over the loopback. */
export class TcpLink implements Link {
  onOutput: (bytes: Buffer) => void = () => {};
  readonly socket: Socket;
  hasEnded = false;
  readonly #client: Socket;
  #onNews = () => {};

  constructor(client: Socket, socket: Socket) {
    this.#client = client;
    this.socket = socket;
    client.on('data', (bytes: Buffer) => {
      this.onOutput(bytes);
      this.#onNews();
    });
    const onEnd = () => {
      this.hasEnded = true;
      this.#onNews();
    };
    client.on('end', onEnd).on('error', onEnd).on('close', onEnd);
    socket.on('close', () => setImmediate(() => this.#onNews()));
  }

  send(chunk: Buffer): void {
    this.#client.write(chunk);
  }

  async until(isTrue: () => boolean, isDue: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, isDue ? patienceMs : quietMs);
    this.#onNews = () => {
      if (isTrue()) resolve();
      else if (!isDue) timer.refresh();
    };
    this.#onNews();
    await promise;
    clearTimeout(timer);
    return isTrue();
  }

  leave(how: Leaving): void {
    if (how === 'vanishes') this.#client.resetAndDestroy();
    else this.#client.end();
  }
}

/** Makes connections over the loopback. */
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
