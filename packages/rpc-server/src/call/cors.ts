import type { IncomingMessage, ServerResponse } from 'node:http';
import { cors as connectCors } from '@connectrpc/connect';
import corsMiddleware from 'cors';
import type { ServerConfig } from '../config/server-config.ts';
import type { RequestHeaders } from './call-stream.ts';
import type { Fields } from './metadata.ts';

/** How long a browser may cache the response to a preflight, in seconds: the longest that any browser accepts. */
const maxAgeSeconds = 7_200;

/** Header fields that pages may send in addition to those of the protocols: for tracing, and for retries. */
const allowedHeaders = [
  ...connectCors.allowedHeaders,
  'authorization',
  'x-request-id',
  'idempotency-key',
  'traceparent',
  'tracestate',
  'baggage',
];

const exposedHeaders = [...connectCors.exposedHeaders, 'x-request-id', 'retry-after', 'www-authenticate'];

/** The CORS fields of a response. A preflight gets a response of only these fields and a status. */
interface CorsResponse {
  readonly fields: Fields;
  /** Set for a preflight. */
  readonly status: number | undefined;
}

/**
 * Lets web pages of other origins call (https://fetch.spec.whatwg.org/#http-cors-protocol), so that browsers need no
 * proxy.
 *
 * @param corsOrigins exact, such as `https://example.org`
 * @param corsHeaders further header fields that pages may send
 * @returns undefined without origins
 */
export function cors({
  corsOrigins,
  corsHeaders,
}: Pick<ServerConfig, 'corsOrigins' | 'corsHeaders'>): ((headers: RequestHeaders) => CorsResponse) | undefined {
  if (corsOrigins.length === 0) return undefined;
  const handle = corsMiddleware({
    origin: [...corsOrigins],
    methods: [...connectCors.allowedMethods],
    allowedHeaders: [...allowedHeaders, ...corsHeaders],
    exposedHeaders,
    maxAge: maxAgeSeconds,
  });
  return ({ method, fields: requestFields }) => {
    const header = new Headers();
    let isPreflight = false;
    // The parts of Express's request and response that the middleware uses.
    const request = { method, headers: Object.fromEntries(requestFields.map(({ name, value }) => [name, value])) };
    const response = {
      statusCode: 200,
      getHeader: (name: string) => header.get(name) ?? undefined,
      setHeader: (name: string, value: string) => header.set(name, value),
      end: () => {
        isPreflight = true;
      },
    };
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse, () => {});
    const fields = [...header].filter(([name]) => name !== 'content-length');
    const isRefused = 'origin' in request.headers && !header.has('access-control-allow-origin');
    return { fields, status: isPreflight ? (isRefused ? 403 : response.statusCode) : undefined };
  };
}
