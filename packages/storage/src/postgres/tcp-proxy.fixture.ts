import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * When a connection is cut: before the server receives the next data of the client, or after the server has received
 * the data and before it can respond.
 */
interface Cut {
  readonly when: 'before' | 'after';
  readonly isReset: boolean;
}

/** A proxy between a client and a server that makes connections fail in the ways in which networks do. */
export class TcpProxy {
  readonly #server = createServer((client) => this.#join(client));
  readonly #target: number;
  #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #cut: Cut | undefined;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param url the URL of the server */
  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(Number(new URL(url).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Returns the URL with the address of the proxy. */
  through(url: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return Object.assign(new URL(url), { port: `${port}` }).href;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Silently drops all data of the open connections. Later connections work. */
  fallSilent(): void {
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.removeAllListeners('data').removeAllListeners('close').pause();
    }
  }

  /** Refuses new connections; open ones continue. */
  stopListening(): void {
    this.#server.close();
  }

  /**
   * Cuts the connection on which the client sends data next.
   *
   * @param isReset whether the client receives a reset, as after the crash of a server with unread data
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
    client.on('data', (data) => {
      const cut = this.#cut;
      this.#cut = undefined;
      const cutOff = cut?.isReset ? () => void client.resetAndDestroy() : end;
      if (cut?.when === 'before') return cutOff();
      if (cut?.when === 'after') server.removeAllListeners('data').on('data', cutOff);
      server.write(data);
    });
    server.on('data', (data) => client.write(data));
  }
}
