import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import { TimerWheel } from '@example/rpc-core';
import type { Logger } from 'pino';
import { Authentication } from './auth/authentication.ts';
import { callerLimit } from './auth/caller-limit.ts';
import { gate } from './auth/gate.ts';
import type { MethodScopes } from './auth/scopes.ts';
import type { Call } from './call/call.ts';
import { createRegistry } from './call/method.ts';
import { decoding, storeReads } from './call/turns.ts';
import type { ServerConfig } from './config/server-config.ts';
import { createDispatch } from './dispatch.ts';
import { followReadiness } from './health/follow-readiness.ts';
import { Health } from './health/health.ts';
import { healthRoutes } from './health/health-routes.ts';
import { listenForHealth } from './health-port.ts';
import { keepAliveMs } from './http1/http1-connections.ts';
import { socketPath } from './listener/bind-socket.ts';
import { followCertificates } from './listener/follow-certificates.ts';
import { type Listener, listen } from './listener/listener.ts';
import { LoadMeter } from './load/load-meter.ts';
import { ConnectionLog } from './log/connection-log.ts';
import { OverloadGuard } from './overload/overload-guard.ts';
import { reflectionRoutes } from './reflection/reflection-routes.ts';

export interface ServeOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Registers the services, in the same way as with Connect's adapters. */
  readonly routes: (router: ConnectRouter) => void;
  /**
   * The scope that a token must have for each method. Default: `admin` for all methods. Without `config.auth` it has no
   * effect.
   */
  readonly scopes?: MethodScopes;
  /**
   * Connect interceptors, the first outermost. Errors that they throw are mapped like those of a handler. Default:
   * none.
   */
  readonly interceptors?: readonly Interceptor[];
  /**
   * Whether the services are ready, for example whether their store responds. While they are not, health is
   * NOT_SERVING. Default: always ready.
   */
  readonly isReady?: () => Promise<boolean>;
  /** Runs last when the server closes, after every call has ended. Close stores here. */
  readonly onClosed?: () => void | Promise<void>;
}

export interface RunningServer {
  /** The URL with the port that is bound, such as `http://localhost:9000`, or `unix:PATH`. */
  readonly url: string;
  /**
   * Shuts down gracefully: health becomes NOT_SERVING, after `config.shutdownNoticeMs` no new calls are accepted, calls
   * in progress drain, and those left after `graceMs` end with UNAVAILABLE. Then `onClosed` runs. A second call returns
   * the same promise.
   *
   * @param graceMs milliseconds; default `config.drainMs`; 0 also skips the notice
   * @param noticeMs milliseconds; default `config.shutdownNoticeMs`
   */
  close(graceMs?: number, noticeMs?: number): Promise<void>;
  /**
   * Reads the certificates and the keys of the token issuer again, and logs the result. Files that are not usable do
   * not replace those in use.
   */
  reload(): Promise<void>;
}

/**
 * Serves gRPC, gRPC-Web and Connect over HTTP/1.1 and HTTP/2 on one port, with TLS if `config.tls` is set.
 *
 * @throws when it cannot listen, such as EADDRINUSE, or when its certificates or its file of keys are not usable
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
  const { methods, services, router } = createRegistry(interceptors);
  routes(router);
  const health = new Health([...services].map(({ typeName }) => typeName));
  healthRoutes(health)(router);
  reflectionRoutes([...services])(router);

  const timers = new TimerWheel<Call>();
  const authentication = config.auth && new Authentication(config.auth, logger);
  await authentication?.keys.start();
  const admit = gate({ config, authentication, scopes });
  const messageRate = callerLimit('messages', config);
  const overload = new OverloadGuard(config, logger, (now) =>
    Math.max(decoding.waitedMs(now), storeReads.waitedMs(now)),
  );
  const load = config.loadReports === 'trailers' ? new LoadMeter() : undefined;
  const server = { config, gate: admit, messageRate, timers, logger, load };
  const dispatch = createDispatch(server, methods, overload);
  const listener = await listen(config, dispatch, new ConnectionLog(logger), config.worker?.connections);
  const healthListener = await listenForHealth(server, overload, health).catch(async (error: unknown) => {
    await listener.drain(0);
    throw error;
  });
  const certificates = config.tls && followCertificates(config.tls, (tls) => listener.useCertificates(tls), logger);
  const isReadyWithKeys = async () => (authentication?.keys.check() ?? true) && (await isReady());
  const stopFollowing = followReadiness(health, isReadyWithKeys, config.readinessMs, logger);

  async function shutDown(graceMs: number, noticeMs: number): Promise<void> {
    stopFollowing();
    certificates?.stop();
    health.shutDown();
    if (graceMs > 0) await setTimeout(noticeMs);
    await drain(listener, timers, graceMs);
    const healthClosed = healthListener?.drain(0);
    healthListener?.destroy();
    await healthClosed;
    await onClosed?.();
  }

  let closed: Promise<void> | undefined;
  return {
    url: urlOf(config, listener.port),
    async reload() {
      if (!certificates && !authentication) logger.info('there are no certificates or keys to reload');
      certificates?.reload();
      await authentication?.keys.reload();
    },
    close(graceMs = config.drainMs, noticeMs = config.shutdownNoticeMs) {
      closed ??= shutDown(graceMs, noticeMs);
      return closed;
    },
  };
}

/** How long the server waits for cancelled calls to send their status, in milliseconds. */
const cancelledMs = 500;

async function drain(listener: Listener, calls: TimerWheel<Call>, graceMs: number): Promise<void> {
  const drained = listener.drain(Math.min(graceMs, keepAliveMs));
  if (await isDoneWithin(graceMs, drained)) return;
  const reason = new ConnectError('the server is shutting down', Code.Unavailable);
  for (const call of calls.all()) call.cancel(reason);
  await isDoneWithin(cancelledMs, drained);
  listener.destroy();
  await drained;
}

async function isDoneWithin(ms: number, done: Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  const late = setTimeout(ms, false, { signal: waiting.signal });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    waiting.abort();
    late.catch(() => {});
  }
}

/** The URL of a server, such as `http://localhost:9000`, or `unix:PATH`. */
export function urlOf({ host, tls }: ServerConfig, port: number): string {
  if (socketPath(host) !== undefined) return host;
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
