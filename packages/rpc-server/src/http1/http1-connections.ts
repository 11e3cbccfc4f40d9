import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections that speak HTTP/1.1, or have not shown yet what they speak, and their requests. */
export class Http1Connections {
  readonly #lingerMs: number;
  readonly #idle = new Set<Socket>();
  readonly #retired = new WeakSet<Socket>();
  /** Several for a client that sends requests before it has the response to the first (pipelining). */
  readonly #responses = new Map<Socket, Set<ServerResponse>>();
  readonly #lingering = new Map<Socket, NodeJS.Timeout>();
  #isDraining = false;

  /** @param lingerMs how long a client may go on sending a request that already has its response, in milliseconds */
  constructor(lingerMs: number) {
    this.#lingerMs = lingerMs;
  }

  add(socket: Socket): void {
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#idle.delete(socket);
      this.#endLingering(socket);
    });
  }

  /** The connection speaks HTTP/2. */
  remove(socket: Socket): void {
    this.#idle.delete(socket);
  }

  /** To be called for each request, before anything is sent: the response may have to announce the end of the connection. */
  track(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const responses = this.#responses.get(socket) ?? new Set();
    this.#responses.set(socket, responses.add(response));
    this.#idle.delete(socket);
    if (this.#closesAfterResponse(socket)) response.setHeader('connection', 'close');
    response.once('close', () => {
      responses.delete(response);
      if (responses.size === 0) {
        this.#responses.delete(socket);
        // The header fields of a response that began before could not announce it.
        if (this.#closesAfterResponse(socket)) socket.destroySoon();
        if (!socket.destroyed) this.#idle.add(socket);
      }
      if (!socket.destroyed && !request.complete) this.#linger(request);
    });
  }

  /** The rest of a request that got an early response is read and dropped, so that the next request can follow. */
  #linger(request: IncomingMessage): void {
    const { socket } = request;
    request.once('end', () => this.#endLingering(socket));
    this.#lingering.set(
      socket,
      setTimeout(() => socket.destroySoon(), this.#lingerMs),
    );
  }

  #endLingering(socket: Socket): void {
    clearTimeout(this.#lingering.get(socket));
    this.#lingering.delete(socket);
  }

  /** Closes a connection after its present requests. */
  retire(socket: Socket): void {
    this.#retired.add(socket);
    if (this.#idle.has(socket)) socket.destroySoon();
  }

  /** Retires all connections, and those that are still to come. */
  drain(): void {
    this.#isDraining = true;
    for (const responses of this.#responses.values()) {
      // Node closes the connection after the first response that announces it.
      const last = [...responses].at(-1);
      if (last?.headersSent === false) last.setHeader('connection', 'close');
    }
    for (const socket of this.#idle) socket.destroySoon();
  }

  #closesAfterResponse(socket: Socket): boolean {
    return this.#isDraining || this.#retired.has(socket);
  }
}
