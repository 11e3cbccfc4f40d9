import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections that speak HTTP/1.1, or have not said yet what they speak, and what is under way on them. */
export class Http1Connections {
  readonly #lingerMs: number;
  readonly #idle = new Set<Socket>();
  readonly #retired = new WeakSet<Socket>();
  /** A client may send requests before the first is answered. */
  readonly #answering = new Map<Socket, Set<ServerResponse>>();
  readonly #lingering = new Map<Socket, NodeJS.Timeout>();
  #draining = false;

  /** @param lingerMs how long a client may go on with a request that has been answered already, in milliseconds */
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

  /** The connection turned out to speak something else. */
  remove(socket: Socket): void {
    this.#idle.delete(socket);
  }

  /** Says on the response that its connection closes, when it does. */
  track(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const responses = this.#answering.get(socket) ?? new Set();
    this.#answering.set(socket, responses.add(response));
    this.#idle.delete(socket);
    if (this.#closesAfterResponse(socket)) response.setHeader('connection', 'close');
    response.once('close', () => {
      responses.delete(response);
      if (responses.size === 0) {
        this.#answering.delete(socket);
        // An answer whose headers went out before that was known could not say so.
        if (this.#closesAfterResponse(socket)) socket.destroySoon();
        if (!socket.destroyed) this.#idle.add(socket);
      }
      if (!socket.destroyed && !request.complete) this.#linger(request);
    });
  }

  /** What still comes of a request that was answered early is read and dropped, so that the next one can follow. */
  #linger(request: IncomingMessage): void {
    const { socket } = request;
    // Not resume(): that does nothing for a request that flows already, and without a listener Node pauses it.
    request.removeAllListeners('readable').on('data', () => {});
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

  /** Ends a connection after the call that is under way on it. */
  retire(socket: Socket): void {
    this.#retired.add(socket);
    if (this.#idle.has(socket)) socket.destroySoon();
  }

  /** Retires all connections, those that are yet to come as well. */
  drain(): void {
    this.#draining = true;
    for (const responses of this.#answering.values()) {
      // Node ends the connection after the first that says so.
      const last = [...responses].at(-1);
      if (last?.headersSent === false) last.setHeader('connection', 'close');
    }
    for (const socket of this.#idle) socket.destroySoon();
  }

  #closesAfterResponse(socket: Socket): boolean {
    return this.#draining || this.#retired.has(socket);
  }
}
