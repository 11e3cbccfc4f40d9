import type { ConnectError } from '@connectrpc/connect';
import { type Envelope, EnvelopeFlag } from '@example/rpc-core';
import type { CodecName } from '../call/codec.ts';
import { EnvelopedResponse, encodeEnveloped, envelopedHeaders } from '../call/enveloped-response.ts';
import type { Fields } from '../call/metadata.ts';
import type { ResponseCall, SharedResponse } from '../call/response.ts';
import { errorTrailers, okTrailers } from './status.ts';

const webHeaders = envelopedHeaders('application/grpc-web+', 'grpc-encoding');
const textHeaders = envelopedHeaders('application/grpc-web-text+', 'grpc-encoding');
const nothing = new Uint8Array();
const encoder = new TextEncoder();
const plainOkTrailers = trailersEnvelope(okTrailers(undefined));

/**
 * A gRPC-Web response has its trailers in the last envelope of the body, because browsers do not show HTTP trailers:
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md.
 */
export class GrpcWebResponse extends EnvelopedResponse {
  constructor(call: ResponseCall, headers = webHeaders) {
    super(call, headers);
  }

  protected prepareEnd(): () => void {
    const { trailer } = this.call.context;
    const envelope = trailer === undefined ? plainOkTrailers : trailersEnvelope(okTrailers(trailer));
    return () => this.sendLastEnvelope(envelope);
  }

  fail(error: ConnectError): void {
    const envelope = trailersEnvelope(errorTrailers(error, this.call.context.trailer));
    this.sendHeaders(true);
    this.sendLastEnvelope(envelope);
  }
}

/** Each envelope is encoded and padded separately, because clients decode the text in groups of four as it arrives. */
export class GrpcWebTextResponse extends GrpcWebResponse {
  constructor(call: ResponseCall) {
    super(call, textHeaders);
  }

  protected override sendData(header: Uint8Array, bytes: Uint8Array, isEnd = false): boolean {
    const text = toBase64(Buffer.concat([header, bytes]));
    this.call.responseBytes += text.length - header.length - bytes.length;
    return super.sendData(nothing, text, isEnd);
  }
}

/** As `CallProtocol.encodeError`, for gRPC-Web. */
export function encodeWebError(error: ConnectError, codec: CodecName): SharedResponse {
  return encodeEnveloped(webHeaders, codec, trailersEnvelope(errorTrailers(error)));
}

/** As `CallProtocol.encodeError`, for gRPC-Web in base64. */
export function encodeWebTextError(error: ConnectError, codec: CodecName): SharedResponse {
  const { headers, body } = encodeEnveloped(textHeaders, codec, trailersEnvelope(errorTrailers(error)));
  return { headers, body: toBase64(Buffer.from(body)) };
}

function toBase64(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64'), 'latin1');
}

function trailersEnvelope(trailers: Fields): Envelope {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`);
  return { flags: EnvelopeFlag.trailers, bytes: encoder.encode(lines.join('')) };
}
