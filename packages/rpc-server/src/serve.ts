import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import type { MethodScopes } from './access.ts';
import { Authentication } from './authentication.ts';
import type { ServerConfig } from './config.ts';
import { connectEngine } from './connect-engine.ts';
import { allowOrigins } from './cross-origin.ts';
import { gate } from './gate.ts';
import { listen } from './listener.ts';
import type { Logger } from './logger.ts';
import { RateLimit } from './rate-limit.ts';

export interface ServeOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Registers the services, as Connect's adapters have it. */
  readonly routes: (router: ConnectRouter) => void;
  /** What a token must allow for each method. Default: `admin` for all of them. Without `config.auth` it has no effect. */
  readonly scopes?: MethodScopes;
  /** Connect interceptors, the first outermost. Errors they throw are mapped like a handler's. Default: none. */
  readonly interceptors?: readonly Interceptor[];
  /** Runs last when the server closes, after every call has ended: the place to close a store. */
  readonly onClosed?: () => void | Promise<void>;
}

export interface RunningServer {
  /** `http://localhost:9000`, with the port that was taken. */
  readonly url: string;
  /**
   * Takes no new calls, lets those under way end, cancels with UNAVAILABLE what is left after `graceMs`, and closes what
   * the server stands on. Calling it again gives the same promise.
   *
   * @param graceMs milliseconds; default `config.drainMs`
   */
  close(graceMs?: number): Promise<void>;
  /** Reads the certificates again, for connections from now on. @throws when they are not usable; the old ones stay */
  reloadCertificates(): void;
}

/** How long a cancelled call has to put its status on the wire, in milliseconds. */
const cancelledMs = 500;

/**
 * Serves gRPC over HTTP/2, and gRPC-Web and Connect over HTTP/1.1 and HTTP/2, on one port, with TLS when `config.tls` says so.
 *
 * @throws when it cannot listen, such as EADDRINUSE
 */
export async function serve({
  config,
  logger,
  routes,
  scopes = {},
  interceptors = [],
  onClosed,
}: ServeOptions): Promise<RunningServer> {
  const shutdown = new AbortController();
  const engine = connectEngine({
    config,
    routes,
    interceptors,
    gate: gate({
      authentication: config.auth && new Authentication(config.auth),
      scopes,
      rateLimit: new RateLimit(config),
    }),
    shutdownSignal: shutdown.signal,
    logger,
  });
  const listener = await listen(config, allowOrigins(config.corsOrigins, engine));

  async function end(graceMs: number): Promise<void> {
    const drained = listener.drain();
    if (!(await within(graceMs, drained))) {
      shutdown.abort(new ConnectError('the server is shutting down', Code.Unavailable));
      await within(cancelledMs, drained);
      listener.destroy();
      await drained;
    }
    await onClosed?.();
  }

  let ended: Promise<void> | undefined;
  return {
    url: `${config.tls ? 'https' : 'http'}://${urlHost(config.host)}:${listener.port}`,
    reloadCertificates: () => listener.reloadCertificates(),
    close(graceMs = config.drainMs) {
      ended ??= end(graceMs);
      return ended;
    },
  };
}

async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
