import { createServer, type Server } from 'node:net';
import { FaultyPipe, type GoawayFault } from './faulty-pipe.ts';

/** How long a slow link delays each chunk, in milliseconds. */
const slowMs = 100;

/** The address of a server, and the faults that a run applies to its connections. */
export class FaultyLink {
  readonly #server: Server;
  readonly #pipes = new Set<FaultyPipe>();
  #isHalfOpen = false;
  #delayMs = 0;

  /** @param to the port of the server on this host */
  static async listen(host: string, port: number, to: number): Promise<FaultyLink> {
    const link = new FaultyLink(to);
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject).listen(port, host, resolve);
    });
    return link;
  }

  private constructor(to: number) {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      const pipe = new FaultyPipe(client, to, () => this.#pipes.delete(pipe));
      this.#pipes.add(pipe);
      pipe.delayMs = this.#delayMs;
      if (this.#isHalfOpen) pipe.isHalfOpen = true;
    });
  }

  set isHalfOpen(isHalfOpen: boolean) {
    this.#isHalfOpen = isHalfOpen;
    for (const pipe of this.#pipes) pipe.isHalfOpen = isHalfOpen;
  }

  set isSlow(isSlow: boolean) {
    this.#delayMs = isSlow ? slowMs : 0;
    for (const pipe of this.#pipes) pipe.delayMs = this.#delayMs;
  }

  goAway(fault: GoawayFault): void {
    for (const pipe of this.#pipes) pipe.goAway(fault);
  }

  reset(): void {
    for (const pipe of this.#pipes) pipe.reset();
  }

  /** Stops accepting connections. */
  close(): void {
    this.#server.close();
  }
}
