import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerConfig } from '../config/server-config.ts';
import { destroyAfter } from './destroy-after.ts';

/** How long a client may take to close its side of a connection that the server has ended, in milliseconds. */
const closeMs = 1_000;

/**
 * How long clients may keep a connection without a request, in milliseconds. Each response announces this time as
 * `Keep-Alive: timeout`. When the server drains, idle connections stay open for the same time. A client that follows
 * `Keep-Alive` and `Connection: close` therefore loses no request (RFC 9112, section 9.6).
 */
export const keepAliveMs = 5_000;

const nothing = () => {};

/** The state of a connection. */
interface State {
  /** The response that is in progress. */
  current: ServerResponse | undefined;
  /** Functions that start the requests that the client has sent ahead (pipelining). */
  waiting: (() => void)[];
  /** Whether the connection closes after its next response. */
  isRetired: boolean;
  /** Set if the client's next request cannot be read: the status of the last response. */
  refusal: string | undefined;
  /** Whether the last response has been sent, so that no further request is served. */
  isClosing: boolean;
  stopIdleTimer: () => void;
}

/** The connections that use HTTP/1.1, or whose HTTP version is not known yet, and their requests. */
export class Http1Connections {
  readonly #config: ServerConfig;
  readonly #connections = new Map<Socket, State>();
  /** Set when the server drains: see `drain`. */
  #idleMs: number | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
  }

  add(socket: Socket): void {
    const state: State = {
      current: undefined,
      waiting: [],
      isRetired: false,
      refusal: undefined,
      isClosing: false,
      stopIdleTimer: nothing,
    };
    this.#connections.set(socket, state);
    socket.once('close', () => this.#connections.delete(socket));
    // Node calls this function after the last response. Node's own version would close the socket at once, and a client
    // that is still sending would receive a reset instead of the response.
    socket.destroySoon = () => this.#close(socket, state);
    this.#whenIdle(socket, state);
  }

  /** Removes a connection that uses HTTP/2. */
  remove(socket: Socket): void {
    this.#connections.get(socket)?.stopIdleTimer();
    this.#connections.delete(socket);
    Reflect.deleteProperty(socket, 'destroySoon');
  }

  /**
   * Starts a request once the response to the previous one has been sent: only safe pipelined requests may be served
   * concurrently (RFC 9112, section 9.3.2).
   *
   * @returns false if too many requests wait: refuse the connection
   */
  serve(response: ServerResponse, start: () => void): boolean {
    const { socket } = response.req;
    const state = this.#connections.get(socket);
    if (state === undefined || state.isClosing || state.refusal !== undefined) {
      // RFC 9112, section 9.6: requests after the last response are not processed.
      response.req.resume();
      return true;
    }
    const begin = () => {
      // The rest of the body of this request cannot be read.
      if (state.refusal !== undefined && !response.req.complete) {
        this.#respondAndClose(socket, state, state.refusal);
        return;
      }
      state.current = response;
      state.stopIdleTimer();
      if (state.isRetired) destroyAfter(socket, this.#config.connectionAgeGraceMs);
      start();
    };
    if (state.current === undefined) begin();
    else if (state.waiting.length < this.#config.maxStreams) state.waiting.push(begin);
    else return false;
    return true;
  }

  /** Whether no request is being served. */
  isIdle(socket: Socket): boolean {
    return this.#connections.get(socket)?.current === undefined;
  }

  /** Whether the response that begins is the last of its connection, and must announce the close. */
  isLast(socket: Socket): boolean {
    const state = this.#connections.get(socket);
    return state?.waiting.length === 0 && (state.isRetired || this.#idleMs !== undefined);
  }

  /** Call when the response has been sent, or when its connection is lost. */
  end({ req: request }: ServerResponse): void {
    const { socket } = request;
    const state = this.#connections.get(socket);
    if (state === undefined || socket.destroyed || state.isClosing) return;
    state.current = undefined;
    // After an early response the rest of the request is read and dropped, so that the next request can follow.
    if (!request.complete) request.once('end', destroyAfter(socket, this.#config.headersMs));
    const next = state.waiting.shift();
    if (next !== undefined) next();
    else if (state.refusal !== undefined) this.#respondAndClose(socket, state, state.refusal);
    else this.#whenIdle(socket, state);
  }

  /**
   * Ends a connection that has failed, or whose client sends invalid data, after the responses to the complete requests
   * before the fault.
   *
   * @param status the status of the last response
   * @returns false if the connection was refused before
   */
  refuse(socket: Socket, status: string): boolean {
    const state = this.#connections.get(socket);
    if (state?.isClosing || state?.refusal !== undefined) return false;
    if (state === undefined || !socket.writable) {
      socket.destroy();
      return true;
    }
    state.refusal = status;
    if (!state.current?.req.complete) this.#respondAndClose(socket, state, status);
    return true;
  }

  #respondAndClose(socket: Socket, state: State, status: string): void {
    if (!state.current?.headersSent) socket.write(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    this.#close(socket, state, this.#config.headersMs);
  }

  /**
   * Closes a connection after its next response, which announces the close. An idle connection stays open for that
   * response, but not longer than IDLE_CONNECTION_MS: closing it now could lose a request that its client is sending.
   */
  retire(socket: Socket): void {
    const state = this.#connections.get(socket);
    if (state === undefined) return;
    state.isRetired = true;
    if (state.current !== undefined) destroyAfter(socket, this.#config.connectionAgeGraceMs);
  }

  /**
   * Retires all present and future connections.
   *
   * @param idleMs how long an idle connection stays open for a request that is on its way, in milliseconds
   */
  drain(idleMs: number): void {
    this.#idleMs = idleMs;
    for (const [socket, state] of this.#connections) {
      if (state.current === undefined) this.#whenIdle(socket, state);
    }
  }

  #whenIdle(socket: Socket, state: State): void {
    if (this.#idleMs !== undefined) state.stopIdleTimer = destroyAfter(socket, this.#idleMs);
  }

  /** Ends the connection. Data that the client is still sending is read and dropped for some time. */
  #close(
    socket: Socket,
    state: State,
    lingerMs = state.current?.req.complete === false ? this.#config.headersMs : closeMs,
  ) {
    if (state.isClosing) return;
    state.isClosing = true;
    socket.end();
    destroyAfter(socket, lingerMs);
  }
}
