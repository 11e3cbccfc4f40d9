import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { names } from '@example/kit/names';

/** Stands in for the host in the module path, which Go queries for the repository of the module. */
export interface VanityServer {
  /** Variables that direct Go to this server, and git to the repository. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const remote = `https://${names.goModule}`;

/** @param repository its root folder */
export async function startVanityServer(repository: string): Promise<VanityServer> {
  const server = createServer((_, response) => {
    response.end(`<meta name="go-import" content="${names.goModule} git ${remote}">`);
  });
  // This server has no TLS: Go falls back to plain HTTP, which GOINSECURE allows.
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      NO_PROXY: '',
      GOINSECURE: names.goModule,
      GOPRIVATE: names.goModule,
      GONOSUMDB: '*',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.file://${repository}.insteadOf`,
      GIT_CONFIG_VALUE_0: remote,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
