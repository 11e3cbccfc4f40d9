import type { ConnectError } from '@connectrpc/connect';
import { endStreamToJson } from '@connectrpc/connect/protocol-connect';
import { type Envelope, EnvelopeFlag } from '@example/rpc-core';
import type { CodecName } from '../call/codec.ts';
import { EnvelopedResponse, encodeEnveloped, envelopedHeaders } from '../call/enveloped-response.ts';
import { toFields } from '../call/metadata.ts';
import type { ResponseCall, SharedResponse } from '../call/response.ts';

const streamHeaders = envelopedHeaders('application/connect+', 'connect-content-encoding');
const encoder = new TextEncoder();
const plainEnd: Envelope = { flags: EnvelopeFlag.endStream, bytes: encoder.encode('{}') };

/** A Connect stream has its trailers and its error in the last envelope: https://connectrpc.com/docs/protocol#streaming-response. */
export class ConnectStreamResponse extends EnvelopedResponse {
  constructor(call: ResponseCall) {
    super(call, streamHeaders);
  }

  protected prepareEnd(): () => void {
    const envelope = this.call.context.trailer === undefined ? plainEnd : this.#endStream(undefined);
    return () => this.sendLastEnvelope(envelope);
  }

  fail(error: ConnectError): void {
    const envelope = this.#endStream(error);
    this.sendHeaders(true);
    this.sendLastEnvelope(envelope);
  }

  #endStream(error: ConnectError | undefined): Envelope {
    return endEnvelope(new Headers(toFields(this.call.context.trailer)), error);
  }
}

/** As `CallProtocol.encodeError`, for streams. */
export function encodeStreamError(error: ConnectError, codec: CodecName): SharedResponse {
  return encodeEnveloped(streamHeaders, codec, endEnvelope(new Headers(), error));
}

function endEnvelope(metadata: Headers, error: ConnectError | undefined): Envelope {
  const json = JSON.stringify(endStreamToJson(metadata, error, undefined));
  return { flags: EnvelopeFlag.endStream, bytes: encoder.encode(json) };
}
