import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a connection is cut: before the server has heard what the client says, or after, before it can answer. */
interface Cut {
  readonly when: 'before' | 'after';
  readonly isReset: boolean;
}

/** Stands between a client and a server, and does to their connections what networks do. */
export class TcpProxy {
  readonly #server = createServer((client) => this.#join(client));
  readonly #target: number;
  #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #cut: Cut | undefined;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param url of the server */
  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(Number(new URL(url).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The same address by way of the proxy. */
  through(url: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return Object.assign(new URL(url), { port: `${port}` }).href;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Nothing comes through any more, and nobody is told; connections that are made later are served. */
  goDark(): void {
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.removeAllListeners('data').removeAllListeners('close').pause();
    }
  }

  /** Takes no more connections; those that are there go on. */
  stopListening(): void {
    this.#server.close();
  }

  /**
   * Cuts the connection on which the client speaks next.
   *
   * @param isReset whether the client is told so by a reset, as after the crash of a server with something left to read
   */
  cutNext(when: Cut['when'], isReset = false): void {
    this.#cut = { when, isReset };
  }

  close(): void {
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  #join(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', () => {}).on('close', end);
    client.on('data', (said) => {
      const cut = this.#cut;
      this.#cut = undefined;
      const cutOff = cut?.isReset ? () => void client.resetAndDestroy() : end;
      if (cut?.when === 'before') return cutOff();
      if (cut?.when === 'after') server.removeAllListeners('data').on('data', cutOff);
      server.write(said);
    });
    server.on('data', (said) => client.write(said));
  }
}
