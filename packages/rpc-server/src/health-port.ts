import type { CallServer } from './call/call.ts';
import { createRegistry } from './call/method.ts';
import { createDispatch } from './dispatch.ts';
import type { Health } from './health/health.ts';
import { healthRoutes } from './health/health-routes.ts';
import { socketPath } from './listener/bind-socket.ts';
import { type Listener, listen } from './listener/listener.ts';
import { ConnectionLog } from './log/connection-log.ts';
import type { OverloadGuard } from './overload/overload-guard.ts';

/**
 * Serves only health, without TLS, for probes that have no certificates, such as those of a kubelet. Such probes also
 * use the address of the server as its host name, and send no header of the PROXY protocol.
 *
 * @returns undefined without `config.healthPort`
 * @throws when it cannot listen
 */
export async function listenForHealth(
  server: CallServer,
  overload: OverloadGuard,
  health: Health,
): Promise<Listener | undefined> {
  const { healthPort, host } = server.config;
  if (healthPort === undefined) return undefined;
  const { methods, router } = createRegistry([]);
  healthRoutes(health)(router);
  const config = {
    ...server.config,
    // If HOST is a Unix domain socket, to which probes cannot connect, health listens on all addresses.
    host: socketPath(host) === undefined ? host : '::',
    port: healthPort,
    tls: undefined,
    allowedHosts: [],
    corsOrigins: [],
    trustedProxies: [],
  };
  const dispatch = createDispatch({ ...server, config }, methods, overload);
  const listener = await listen(config, dispatch, new ConnectionLog(server.logger), config.worker?.healthConnections);
  if (config.worker !== undefined) return listener;
  server.logger.info({ healthPort: listener.port }, `health without TLS is on port ${listener.port}`);
  return listener;
}
