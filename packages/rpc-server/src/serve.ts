import { setTimeout } from 'node:timers/promises';
import type { DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import type { MethodScopes } from './access/access.ts';
import { Authentication } from './access/authentication.ts';
import { gate } from './access/gate.ts';
import { RateLimit } from './access/rate-limit.ts';
import { listen } from './connections/listener.ts';
import { connectEngine } from './engines/connect-engine.ts';
import { fastEngine } from './engines/fast-engine.ts';
import { followReadiness } from './health/follow-readiness.ts';
import { Health } from './health/health.ts';
import { healthRoutes } from './health/health-routes.ts';
import type { ServerConfig } from './process/config.ts';
import type { Logger } from './process/logger.ts';
import { reflectionRoutes } from './reflection/reflection-routes.ts';

export interface ServeOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Registers the services, as Connect's adapters have it. */
  readonly routes: (router: ConnectRouter) => void;
  /** What a token must allow for each method. Default: `admin` for all of them. Without `config.auth` it has no effect. */
  readonly scopes?: MethodScopes;
  /** Connect interceptors, the first outermost. Errors they throw are mapped like a handler's. Default: none. */
  readonly interceptors?: readonly Interceptor[];
  /** Whether the services can do their work, such as by asking the store: while not, health says NOT_SERVING. */
  readonly isReady?: () => Promise<boolean>;
  /** Runs last when the server closes, after every call has ended: the place to close a store. */
  readonly onClosed?: () => void | Promise<void>;
}

export interface RunningServer {
  /** `http://localhost:9000`, with the port that was taken. */
  readonly url: string;
  /**
   * Says NOT_SERVING, and after `config.shutdownNoticeMs` takes no new calls, lets those under way end, cancels with
   * UNAVAILABLE what is left after `graceMs`, and closes what the server stands on. Calling it again gives the same promise.
   *
   * @param graceMs milliseconds; default `config.drainMs`; with 0 there is no notice either
   */
  close(graceMs?: number): Promise<void>;
  /** Reads the certificates again, for connections from now on. @throws when they are not usable; the old ones stay */
  reloadCertificates(): void;
}

const engines = { connect: connectEngine, fast: fastEngine };

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
  isReady = async () => true,
  onClosed,
}: ServeOptions): Promise<RunningServer> {
  const shutdown = new AbortController();
  const health = new Health();
  const engine = engines[config.engine]({
    config,
    routes: (router) => {
      routes(router);
      for (const { typeName } of servicesOf(router)) health.add(typeName);
      healthRoutes(health)(router);
      reflectionRoutes(servicesOf(router))(router);
    },
    interceptors,
    gate: gate({
      authentication: config.auth && new Authentication(config.auth),
      scopes,
      rateLimit: new RateLimit(config),
    }),
    shutdownSignal: shutdown.signal,
    logger,
  });
  const listener = await listen(config, engine);
  const stopFollowing = followReadiness(health, isReady, config.readinessMs);

  async function end(graceMs: number): Promise<void> {
    stopFollowing();
    health.shutDown();
    if (graceMs > 0) await setTimeout(config.shutdownNoticeMs);
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

function servicesOf(router: ConnectRouter): DescService[] {
  return [...new Set(router.handlers.map(({ service }) => service))];
}

/** Whether it is done in time. */
async function within(ms: number, done: Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  const late = setTimeout(ms, false, { signal: waiting.signal });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    waiting.abort();
    late.catch(() => {});
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
