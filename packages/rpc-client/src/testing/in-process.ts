import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import { type InProcessServer, startInProcess } from '@example/rpc-server/testing';
import { type ClientTransport, createTransport } from '../transport/create-transport.ts';
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
  readonly #failures: Code[] = [];
  #delayMs = 0;
  /** The attempts that have reached the server. */
  attempts = 0;

  constructor(server: () => InProcessServer) {
    this.#server = server;
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
    if (this.#delayMs > 0) await setTimeout(this.#delayMs, undefined, { signal: request.signal });
    const code = this.#failures.shift();
    if (code !== undefined) throw new ConnectError(`injected ${Code[code]}`, code);
    return await next(request);
  };
}

/**
 * Serves services in this process, for tests.
 *
 * @param routes registers the services, as for `serve`
 */
export function createInProcess(
  routes: (router: ConnectRouter) => void,
  options: Omit<Partial<TransportOptions>, 'target'> = {},
): InProcess {
  const faults: Faults = new Faults(() => server);
  const server = startInProcess(routes, [faults.interceptor]);
  const resolver = () => ({
    authority: 'in-process',
    start: ({ onEndpoints }: { onEndpoints(list: readonly { addresses: { path: string }[] }[]): void }) =>
      process.nextTick(() => onEndpoints([{ addresses: [{ path: 'in-process' }] }])),
    refresh() {},
    stop() {},
  });
  const transport = createTransport(
    // The sockets are within the process, so that nobody can read the tokens.
    { sendTokensWithoutTls: true, ...options, target: 'in-process:server', resolvers: { 'in-process': resolver } },
    async () => server.connect(),
  );
  return { transport, faults };
}
