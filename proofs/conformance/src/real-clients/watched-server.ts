import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createAuthority } from '@example/kit/authority';
import { serve } from '@example/rpc-server';
import { pino } from 'pino';
import { suiteServerConfig } from '../server-settings.ts';
import { type Seen, watchedRoutes } from './watched-routes.ts';

/** Where Node says that a server has taken a connection. */
const connectionChannel = 'net.server.socket';

/** As many as the checks make at once on a connection. */
const maxStreams = 1_000;

/** grpc.testing.TestService on a free port of this process. */
export interface WatchedServer {
  readonly url: string;
  /** What it has seen of its clients; it changes. */
  readonly seen: Readonly<Seen>;
  close(): Promise<void>;
}

export async function startWatchedServer(engine: string, isTls: boolean): Promise<WatchedServer> {
  const seen: Seen = { connections: 0, cancelled: 0 };
  const tls = isTls && (await (await createAuthority()).issueForServer('localhost', '127.0.0.1'));
  const { url, close } = await serve({
    config: {
      ...suiteServerConfig({ ENGINE: engine, MAX_STREAMS: `${maxStreams}` }),
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
