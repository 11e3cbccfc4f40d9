import type { IncomingMessage, ServerResponse } from 'node:http';
import { cors as connectCors } from '@connectrpc/connect';
import cors from 'cors';
import type { RequestListener } from '../calls/connect-engine.ts';

/** How long a browser may remember that it may call, in seconds: the longest that any takes. */
const maxAgeSeconds = 7_200;

/**
 * Lets web pages of other origins call, as the Fetch standard has it (https://fetch.spec.whatwg.org/#http-cors-protocol); a
 * browser needs no proxy then.
 *
 * @param origins such as `https://example.com`, exactly; with none of them the listener is left as it is
 */
export function allowOrigins(origins: readonly string[], handle: RequestListener): RequestListener {
  if (origins.length === 0) return handle;
  const allow = cors({
    origin: [...origins],
    methods: [...connectCors.allowedMethods],
    allowedHeaders: [...connectCors.allowedHeaders, 'authorization', 'x-request-id'],
    exposedHeaders: [...connectCors.exposedHeaders, 'x-request-id'],
    maxAge: maxAgeSeconds,
  });
  return (request, response) => {
    // Express, for which it is made, has the same methods as both HTTP versions of Node.
    allow(request as IncomingMessage, response as ServerResponse, () => handle(request, response));
  };
}
