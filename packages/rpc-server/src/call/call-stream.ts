import type { Stream, StreamHandler } from '@example/http2';
import type { Peer } from '../address/peer.ts';
import type { ConnectionMemory } from '../memory/connection-memory.ts';

/** The header fields of a request, of any HTTP version. */
export interface RequestHeaders {
  /** Names are in lower case. `memo` is free for the reader of the field: see `HeaderField.memo` of @example/http2. */
  readonly fields: readonly { readonly name: string; readonly value: string; memo: unknown }[];
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** -1 when the request has no content-length. */
  readonly contentLength: number;
  /** Free for the reader of the list: see `HeaderList.memo` of @example/http2. */
  memo: unknown;
  /** @param name in lower case */
  get(name: string): string | undefined;
}

type StreamMethods =
  | 'requestEnded'
  | 'closed'
  | 'consume'
  | 'readAhead'
  | 'discard'
  | 'sendContinue'
  | 'sendHeaders'
  | 'sendData'
  | 'sendTrailers'
  | 'respond'
  | 'reset';

/**
 * One request and its response, of any HTTP version: the methods of `Stream` of @example/http2 that a call uses.
 * Adapters implement them on HTTP/1.1 and on node:http2.
 */
export interface CallStream extends Pick<Stream, StreamMethods> {
  readonly headers: RequestHeaders;
  /** `1.0` or `1.1`; undefined for HTTP/2. */
  readonly httpVersion?: string;
}

/** A call, or the refusal of a request that is not a call. */
export interface RequestHandler extends StreamHandler {
  /** Starts the handling. Call this once, when the stream already notifies the handler. */
  begin(): void;
}

/**
 * @param peer the other end of the connection
 * @param memory the memory of the connection
 */
export type Dispatch = (stream: CallStream, peer: Peer, memory: ConnectionMemory) => RequestHandler;
