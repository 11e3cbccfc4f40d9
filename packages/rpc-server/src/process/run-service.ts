import { ConfigError, type Environment } from '../config/environment.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { RunningServer } from '../serve.ts';
import { supervise } from '../workers/supervise.ts';
import { joinSupervisor, type Worker } from '../workers/worker.ts';
import { onEndSignal } from './end-signals.js';
import { createLogger, type Logger, openLog } from './logger.ts';
import { refuseUnsafeNode } from './safe-node.js';

/** A service that runs as a process. */
export interface Service<C extends { readonly server: ServerConfig }> {
  /** The name in the log, such as `user-service`. */
  readonly name: string;
  readonly readConfig: (env: Environment) => C;
  readonly start: (config: C, logger: Logger) => Promise<RunningServer>;
}

/**
 * Runs a service until SIGINT or SIGTERM, then drains it and exits with status 0. A second signal exits at once. SIGHUP
 * reads the certificates and the keys of the token issuer again, and replaces workers one after another if there are
 * several. If the service cannot start, it writes the reasons to standard error, one line for each, and exits with
 * status 1. After an uncaught exception, it logs the error and exits with status 1.
 */
export async function runService<C extends { readonly server: ServerConfig }>(service: Service<C>): Promise<void> {
  refuseUnsafeNode(service.name);
  const worker = joinSupervisor();
  let config: C | undefined;
  try {
    config = service.readConfig(process.env);
    if (worker === undefined) await run(service, config);
    else await runWorker(service, config, worker);
  } catch (error) {
    process.stderr.write(`${service.name}: ${whyNotStarted(error, config?.server.healthPort)}\n`);
    process.exitCode = 1;
    // The channel to the supervisor would keep a worker alive.
    if (worker !== undefined) process.exit();
  }
}

async function run<C extends { readonly server: ServerConfig }>(service: Service<C>, config: C): Promise<void> {
  const { name } = service;
  const { workers, auth } = config.server;
  const log = openLog({ service: name }, config.server);
  const logger = createLogger({ service: name }, config.server, log);
  endOnUncaught(logger);
  const server =
    workers === 1
      ? await service.start(config, logger)
      : await supervise(config.server, logger, (lines) => log.write(lines));
  const { url } = server;
  logger.info({ url, pid: process.pid, ...(workers > 1 && { workers }) }, `${name} is listening on ${url}`);
  if (auth === undefined) logger.warn('AUTH=off: everybody who can reach this port may call every method');
  reloadOnSignal(server);
  endOnSignal(server, logger);
}

async function runWorker<C extends { readonly server: ServerConfig }>(
  service: Service<C>,
  config: C,
  worker: Worker,
): Promise<void> {
  const source = { service: service.name, worker: worker.number };
  const logger = createLogger(source, config.server, openLog(source, config.server));
  endOnUncaught(logger);
  const server = await service.start({ ...config, server: { ...config.server, worker } }, logger);
  reloadOnSignal(server);
  endOnSignal(server, logger);
  worker.onEnd((hasNotice) => {
    logger.info('draining');
    exitAfter(server.close(undefined, hasNotice ? undefined : 0), logger);
  });
  worker.ready();
}

function reloadOnSignal(server: RunningServer): void {
  process.on('SIGHUP', () => void server.reload());
}

function endOnSignal(server: RunningServer, logger: Logger): void {
  let signalled = false;
  const end = (signal: NodeJS.Signals) => {
    if (signalled) process.exit(1);
    signalled = true;
    logger.info({ signal }, 'draining; a second signal ends at once');
    exitAfter(server.close(), logger);
  };
  onEndSignal(end);
}

function exitAfter(closed: Promise<void>, logger: Logger): void {
  closed.then(
    () => {
      logger.info('closed');
      process.exit(0);
    },
    (error: unknown) => {
      logger.error({ err: error }, 'closing failed');
      process.exit(1);
    },
  );
}

/** Logs uncaught exceptions, which Node itself would write to standard error, waiting for its reader. */
function endOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an uncaught exception ended the process');
    process.exit(1);
  });
}

function whyNotStarted(error: unknown, healthPort: number | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.message.replaceAll('\n', '\n  ');
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE' && port === -1) {
    return `${address} is in use, or is not a socket: stop the process that listens there, or set HOST to another path`;
  }
  // libuv also reports EACCES if the folder does not exist.
  if (code === 'EACCES' && port === -1) {
    return `cannot create ${address}: its folder must exist, and this user must have the right to write there`;
  }
  if (code === 'EADDRINUSE') {
    const variable = port === healthPort ? 'HEALTH_PORT' : 'PORT';
    return `port ${port} of ${address} is in use: stop the process that listens there, or set ${variable} to another port`;
  }
  const { message, cause } = error;
  return cause instanceof Error && !message.includes(cause.message) ? `${message}: ${cause.message}` : message;
}
