import { connectRouter, type EngineOptions } from '../calls/connect-handlers.ts';
import { nodeListener } from '../calls/node-listener.ts';
import { allowOrigins } from '../connections/cross-origin.ts';
import { nodeHttp2 } from '../connections/node-http2.ts';
import type { Engine } from './engine.ts';

/** gRPC, gRPC-Web and Connect by Connect's handlers, on Node's http modules. */
export function connectEngine(options: EngineOptions): Engine {
  const { config, logger } = options;
  const router = connectRouter(options);
  options.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  const handle = allowOrigins(config.corsOrigins, nodeListener(handlers, config, logger));
  return { handle, serveHttp2: nodeHttp2(config, handle) };
}
