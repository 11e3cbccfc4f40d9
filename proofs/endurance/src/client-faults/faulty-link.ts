import { connect, createServer, type Server, type Socket } from 'node:net';

/** The behaviour of a link. */
export type LinkFault = 'none' | 'half-open' | 'slow';

interface Pipe {
  readonly client: Socket;
  readonly server: Socket;
}

/** How long a slow link delays each chunk, in milliseconds. */
const slowMs = 100;

/** A link to a server, which a run can disturb. Its address stays the same when the server is replaced. */
export class FaultyLink {
  readonly #server: Server;
  readonly #pipes = new Set<Pipe>();
  #port = 0;
  #fault: LinkFault = 'none';

  private constructor() {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** @param port of the link; 0 for a free one */
  static async listen(host: string, port: number): Promise<FaultyLink> {
    const link = new FaultyLink();
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject).listen(port, host, resolve);
    });
    return link;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** @param port on which the server listens; 0 if there is no server, so that connections are refused */
  to(port: number): void {
    this.#port = port;
  }

  /** Half-open: the link drops all data, without closing the connections. */
  set fault(fault: LinkFault) {
    this.#fault = fault;
    for (const { client, server } of this.#pipes) {
      for (const socket of [client, server]) fault === 'half-open' ? socket.pause() : socket.resume();
    }
  }

  /** Ends all connections with RST. */
  reset(): void {
    for (const { client, server } of this.#pipes) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  close(): void {
    this.#server.close();
    for (const { client, server } of this.#pipes) {
      client.destroy();
      server.destroy();
    }
  }

  #accept(client: Socket): void {
    if (this.#port === 0) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const pipe = { client, server };
    this.#pipes.add(pipe);
    this.#forward(client, server);
    this.#forward(server, client);
    if (this.#fault === 'half-open') for (const socket of [client, server]) socket.pause();
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pipes.delete(pipe);
        client.destroy();
        server.destroy();
      });
    }
  }

  #forward(from: Socket, to: Socket): void {
    const later = (action: () => void) => {
      if (this.#fault === 'slow') setTimeout(action, slowMs);
      else action();
    };
    from.on('data', (bytes) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
  }
}
