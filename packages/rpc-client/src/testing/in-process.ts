import { once } from 'node:events';
import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import { type Clock, systemClock } from '@example/rpc-core';
import { type InProcessServer, startInProcess } from '@example/rpc-server/testing';
import type { ClientTransport } from '../transport/channel-transport.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportOptions } from '../transport/transport-options.ts';

/** Services and their client in one process, without ports, and the faults that a test injects between them. */
export interface InProcess {
  /** Applies all policies of a real client: retries, deadlines, and inheritance from the call that is being served. */
  readonly transport: ClientTransport;
  readonly faults: Faults;
}

/** Faults between client and handlers. A fault of a call applies to each of its attempts. */
export class Faults {
  readonly #server: () => InProcessServer;
  readonly #clock: Clock;
  readonly #failures: Code[] = [];
  #delayMs = 0;
  /** The attempts that have reached the server. */
  attempts = 0;

  constructor(server: () => InProcessServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  /** The next attempts fail with these codes, one after the other, before the handler is called. */
  failNext(...codes: Code[]): void {
    this.#failures.push(...codes);
  }

  /** Delays each attempt by this many milliseconds from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** The server sends GOAWAY: calls under way continue, and new ones get a new connection. */
  drain(): void {
    this.#server().drain();
  }

  /** All connections are lost, with their calls. */
  cut(): void {
    this.#server().cut();
  }

  /** Runs between the server and its handlers. */
  readonly interceptor: Interceptor = (next) => async (request) => {
    this.attempts += 1;
    if (this.#delayMs > 0) await this.#wait(this.#delayMs, request.signal);
    const code = this.#failures.shift();
    if (code !== undefined) throw new ConnectError(`injected ${Code[code]}`, code);
    return await next(request);
  };

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(resolve, ms);
    await Promise.race([promise, once(signal, 'abort')]);
    this.#clock.clear(timer);
    signal.throwIfAborted();
  }
}

/**
 * Serves services in this process, for tests.
 *
 * @param routes registers the services, as for `serve`
 * @param options `clock` is used by the client and by the faults; handlers use the clock of the machine
 */
export function createInProcess(
  routes: (router: ConnectRouter) => void,
  options: Omit<Partial<TransportOptions>, 'target'> = {},
): InProcess {
  const faults: Faults = new Faults(() => server, options.clock ?? systemClock);
  const server = startInProcess(routes, [faults.interceptor]);
  const resolver = () => ({
    authority: 'in-process',
    start: ({ onEndpoints }: { onEndpoints(list: readonly { addresses: { path: string }[] }[]): void }) =>
      process.nextTick(() => onEndpoints([{ addresses: [{ path: 'in-process' }] }])),
    refresh() {},
    stop() {},
  });
  const transport = createTransport(
    // The sockets are within the process, so nobody can read the tokens.
    { sendTokensWithoutTls: true, ...options, target: 'in-process:server', resolvers: { 'in-process': resolver } },
    async () => server.connect(),
  );
  return { transport, faults };
}
