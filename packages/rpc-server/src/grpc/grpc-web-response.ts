import type { ConnectError } from '@connectrpc/connect';
import { type Envelope, EnvelopeFlag } from '@example/rpc-core';
import { EnvelopedResponse, envelopedHeaders } from '../call/enveloped-response.ts';
import type { Fields } from '../call/metadata.ts';
import type { ResponseCall } from '../call/response.ts';
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
    const text = Buffer.from(Buffer.concat([header, bytes]).toString('base64'), 'latin1');
    this.call.responseBytes += text.length - header.length - bytes.length;
    return super.sendData(nothing, text, isEnd);
  }
}

function trailersEnvelope(trailers: Fields): Envelope {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`);
  return { flags: EnvelopeFlag.trailers, bytes: encoder.encode(lines.join('')) };
}
