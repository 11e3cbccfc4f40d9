import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The state of a connection. */
interface State {
  /** Several for a client that sends requests before it has the response to the first (pipelining). */
  openResponses: number;
  /** The response to the last request. */
  last: ServerResponse | undefined;
  isRetired: boolean;
  lingering: NodeJS.Timeout | undefined;
}

/** The connections that use HTTP/1.1, or whose HTTP version is not known yet, and their requests. */
export class Http1Connections {
  readonly #lingerMs: number;
  readonly #connections = new Map<Socket, State>();
  #isDraining = false;

  /** @param lingerMs how long a client may go on sending a request that already has its response, in milliseconds */
  constructor(lingerMs: number) {
    this.#lingerMs = lingerMs;
  }

  add(socket: Socket): void {
    const state: State = { openResponses: 0, last: undefined, isRetired: false, lingering: undefined };
    this.#connections.set(socket, state);
    socket.once('close', () => {
      this.#connections.delete(socket);
      clearTimeout(state.lingering);
    });
  }

  /** Forgets a connection that uses HTTP/2. */
  remove(socket: Socket): void {
    this.#connections.delete(socket);
  }

  /** Call for each request, before anything is sent: the response may have to announce the end of the connection. */
  begin({ socket }: IncomingMessage, response: ServerResponse): void {
    const state = this.#connections.get(socket);
    if (state === undefined) return;
    state.openResponses += 1;
    state.last = response;
    if (this.#closesAfterResponse(state)) response.setHeader('connection', 'close');
  }

  /** Call when the response has been sent, or its connection is lost. */
  end(request: IncomingMessage): void {
    const { socket } = request;
    const state = this.#connections.get(socket);
    if (state === undefined || socket.destroyed) return;
    state.openResponses -= 1;
    // The header fields of a response that began before could not announce it.
    if (state.openResponses === 0 && this.#closesAfterResponse(state)) socket.destroySoon();
    if (!request.complete) this.#linger(request, state);
  }

  /** The rest of a request that got an early response is read and dropped, so that the next request can follow. */
  #linger(request: IncomingMessage, state: State): void {
    request.once('end', () => clearTimeout(state.lingering));
    state.lingering = setTimeout(() => request.socket.destroySoon(), this.#lingerMs);
  }

  /** Closes a connection after its present requests. */
  retire(socket: Socket): void {
    const state = this.#connections.get(socket);
    if (state === undefined) return;
    state.isRetired = true;
    if (state.openResponses === 0) socket.destroySoon();
  }

  /** Retires all connections, and those that are still to come. */
  drain(): void {
    this.#isDraining = true;
    for (const [socket, { openResponses, last }] of this.#connections) {
      if (openResponses === 0) socket.destroySoon();
      // Node closes the connection after the first response that announces it.
      else if (last?.headersSent === false) last.setHeader('connection', 'close');
    }
  }

  #closesAfterResponse({ isRetired }: State): boolean {
    return this.#isDraining || isRetired;
  }
}
