import type { IncomingMessage, ServerResponse } from 'node:http';
import { cors as connectCors } from '@connectrpc/connect';
import cors from 'cors';
import type { RequestListener } from '../calls/node-listener.ts';

/** How long a browser may remember that it may call, in seconds: the longest that any takes. */
const maxAgeSeconds = 7_200;

/**
 * Lets web pages of other origins call, as the Fetch standard has it (https://fetch.spec.whatwg.org/#http-cors-protocol); a
 * browser needs no proxy then.
 *
 * @param request its header fields
 * @param response header fields of the answer, which are set
 * @param answer called with a status when that is the whole answer
 * @param next called when the request is to be answered
 */
export type CrossOrigin = (
  method: string,
  request: Headers,
  response: Headers,
  answer: (status: number) => void,
  next: () => void,
) => void;

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** @param origins such as `https://example.com`, exactly */
function middleware(origins: readonly string[]): Middleware {
  return cors({
    origin: [...origins],
    methods: [...connectCors.allowedMethods],
    allowedHeaders: [...connectCors.allowedHeaders, 'authorization', 'x-request-id'],
    exposedHeaders: [...connectCors.exposedHeaders, 'x-request-id'],
    maxAge: maxAgeSeconds,
  });
}

/** @param origins such as `https://example.com`, exactly; with none of them the listener is left as it is */
export function allowOrigins(origins: readonly string[], handle: RequestListener): RequestListener {
  if (origins.length === 0) return handle;
  const allow = middleware(origins);
  return (request, response) => {
    // Express, for which it is made, has the same methods as both HTTP versions of Node.
    allow(request as IncomingMessage, response as ServerResponse, () => handle(request, response));
  };
}

/** @returns undefined without origins */
export function crossOrigin(origins: readonly string[]): CrossOrigin | undefined {
  if (origins.length === 0) return undefined;
  const allow = middleware(origins);
  return (method, request, response, answer, next) => {
    // What it uses of the request and the response of Express.
    const answered = {
      statusCode: 200,
      getHeader: (name: string) => response.get(name) ?? undefined,
      setHeader: (name: string, value: string) => response.set(name, value),
      end: () => answer(answered.statusCode),
    };
    const asked = { method, headers: Object.fromEntries(request) };
    allow(asked as unknown as IncomingMessage, answered as unknown as ServerResponse, next);
  };
}
