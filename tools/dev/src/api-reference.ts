import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { addressPlaceholder, readDocument } from '@example/openapi';
import { bind } from '@example/rpc-server';
import type { DevService } from './dev-service.ts';
import type { RunningProgram } from './watched-service.ts';

/** A web page that describes the methods, calls them, and shows each call as a curl command. */
export interface ApiReference extends RunningProgram {
  readonly origin: string;
}

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>API reference</title>
<link rel="icon" href="data:,">
<div id="reference"></div>
<script src="/standalone.js"></script>
<script src="/start.js"></script>
</html>
`;

/** The script of the page. It neither loads anything from other sites nor sends anything to them. */
const start = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  proxyUrl: '',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
`;

/**
 * Serves the page on a port of localhost, or on any free port if that port is in use.
 *
 * @param scheme of the services
 * @param grpcurl the options of the grpcurl commands in the document
 */
export async function serveApiReference(
  port: number,
  services: readonly DevService[],
  scheme: 'http' | 'https',
  grpcurl: string,
): Promise<ApiReference> {
  const addressOf = ({ port: ofService }: DevService) => `${scheme}://localhost:${ofService}`;
  const scalar = dirname(createRequire(import.meta.url).resolve('@scalar/api-reference'));
  const files = new Map<string | undefined, readonly [type: string, content: () => string | Buffer]>([
    ['/', ['text/html', () => page]],
    ['/start.js', ['text/javascript', () => start]],
    ['/standalone.js', ['text/javascript', () => readFileSync(join(scalar, 'browser/standalone.js'))]],
    ['/openapi.json', ['application/json', () => JSON.stringify(addressedDocument(services, addressOf, grpcurl))]],
  ]);
  const policy = [
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self' data:",
    `img-src 'self' data:; worker-src blob:; connect-src 'self' ${services.map(addressOf).join(' ')}`,
  ].join('; ');
  const respond = (path: string | undefined, response: ServerResponse) => {
    const [type, content] = files.get(path) ?? ['text/plain', () => 'There is no such page: see /.\n'];
    const headers = { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy };
    response.writeHead(files.has(path) ? 200 : 404, headers).end(content());
  };
  const listen = (on: number) =>
    bind(() => createServer((request, response) => respond(request.url?.split('?')[0], response)), 'localhost', on);
  const { servers, port: bound } = await listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') return listen(0);
    throw error;
  });
  const ended = Promise.withResolvers<void>();
  return {
    origin: `http://localhost:${bound}`,
    listening: Promise.resolve(),
    ended: ended.promise,
    end() {
      for (const server of servers) closeNow(server as Server);
      ended.resolve();
    },
  };
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/**
 * The OpenAPI document with the addresses of the services. A service's title in `services` is its name in the protos.
 */
function addressedDocument(
  services: readonly DevService[],
  addressOf: (service: DevService) => string,
  grpcurl: string,
) {
  const document = readDocument(root);
  const specOf = (name: string) => services.find(({ title }) => name.endsWith(`.${title}`));
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const service = specOf(path.split('/')[1] ?? '');
    if (service === undefined) return [path, item];
    const servers = [{ url: addressOf(service) }];
    return [
      path,
      Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, { ...operation, servers }])),
    ];
  });
  const tags = document.tags.map(({ name, description }) => {
    const service = specOf(name);
    if (service === undefined) return { name, description };
    const commands = description.replaceAll('grpcurl -plaintext', `grpcurl ${grpcurl}`);
    return { name, description: commands.replaceAll(addressPlaceholder, `localhost:${service.port}`) };
  });
  return { ...document, paths: Object.fromEntries(paths), tags };
}
