import type { ConnectError } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import type { Envelope } from '@example/rpc-core';
import type { CallContext } from './call-context.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream } from './call-stream.ts';
import type { Fields } from './metadata.ts';

/** The part of a call that a response uses. */
export interface ResponseCall {
  readonly stream: CallStream;
  readonly headers: CallHeaders;
  readonly context: CallContext;
  readonly requestId: string;
  /** Fields that every response to this client has, such as those of CORS; undefined without such fields. */
  readonly commonFields: Fields | undefined;
  /** The load of the server, for trailers of gRPC; undefined unless it is reported. */
  readonly loadReport: string | undefined;
  responseBytes: number;
  /**
   * Marks the call as successful. A response calls this when nothing can fail any more, and before it sends its end:
   * the stream may close during that send.
   */
  succeed(): void;
}

/** Sends the response of a call on its stream, in the form of one protocol. */
export interface CallResponse {
  /** The HTTP status, for the access log. */
  readonly httpStatus: number;
  /** Sends the whole response of a call with one message. @throws {TypeError} for a header field that cannot be sent */
  respond(message: Envelope): void;
  /** Ends the response with an error, also after messages have been sent. @throws as `respond` */
  fail(error: ConnectError): void;
}

/** A response that can also be a stream of messages. */
export interface StreamResponse extends CallResponse {
  /** Sends a message. @returns false when the next one should wait for `onDrain` @throws as `respond` */
  send(message: Envelope): boolean;
  /** Ends the stream successfully. @throws as `respond` */
  end(): void;
}

/** A whole response that is sent to many calls. */
export interface SharedResponse {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** Fields of a response that neither the protocol nor the handler sets. */
export function serverFields({ headers, requestId, commonFields }: ResponseCall, isError = false): Fields {
  const fields: Fields = commonFields === undefined ? [] : [...commonFields];
  if (isError || headers.requestId !== undefined) fields.push(['x-request-id', requestId]);
  return fields;
}
