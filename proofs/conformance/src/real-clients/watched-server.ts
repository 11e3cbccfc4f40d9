import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createAuthority } from '@example/kit/authority';
import { type Environment, serve } from '@example/rpc-server';
import { pino } from 'pino';
import { suiteServerConfig } from '../server-settings.ts';
import { type Seen, watchedRoutes } from './watched-routes.ts';

/** The channel on which Node reports that a server has accepted a connection. */
const connectionChannel = 'net.server.socket';

/** The number of calls that the checks make at once on a connection. */
const maxStreams = 1_000;

/** grpc.testing.TestService on a free port of this process. */
export interface WatchedServer {
  readonly url: string;
  readonly seen: Readonly<Seen>;
  close(): Promise<void>;
}

export async function startWatchedServer(env: Environment, isTls: boolean): Promise<WatchedServer> {
  const seen: Seen = { connections: 0, cancelled: 0 };
  const tls = isTls && (await (await createAuthority()).issueForServer('localhost', '127.0.0.1'));
  const { url, close } = await serve({
    config: {
      ...suiteServerConfig({ ...env, MAX_STREAMS: `${maxStreams}` }),
      ...(tls && { tls: () => tls }),
    },
    logger: pino({ level: 'error' }, pino.destination(process.stderr.fd)),
    routes: watchedRoutes(seen),
  });
  const port = Number(new URL(url).port);
  const onConnection = (message: unknown) => {
    if ((message as { socket: Socket }).socket.localPort === port) seen.connections += 1;
  };
  subscribe(connectionChannel, onConnection);
  return {
    url,
    seen,
    close: async () => {
      await close(0);
      unsubscribe(connectionChannel, onConnection);
    },
  };
}
